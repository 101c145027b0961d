import type { Schedule } from './counterparty.js';

const DAY_MS = 86_400_000;

const DAYS: Readonly<Record<Exclude<Schedule, 'off' | 'custom'>, number>> = { daily: 1, weekly: 7 };

/** When a counterparty is checked again after a check at `at`; null: when somebody asks for it. */
export const nextDue = (schedule: Schedule, everyDays: number | null, at: Date): Date | null => {
  if (schedule === 'off') return null;
  const days = schedule === 'custom' ? (everyDays ?? 7) : DAYS[schedule];
  return new Date(at.getTime() + days * DAY_MS);
};
