import { canBeInNotices, type Schedule } from './counterparty.js';
import { CHECK_SOURCES, type CheckSource, coveredBy } from './sources.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const DAYS: Readonly<Record<Exclude<Schedule, 'off' | 'custom'>, number>> = { daily: 1, weekly: 7 };
/** German notices are looked for at least so often: they can be found by anybody for two weeks, and then by the name of the court alone. */
const MOST_DAYS_OF_NOTICES = 7;
/** Sources whose times are this close are asked together. */
const TOGETHER_MS = HOUR_MS;

/** What a counterparty was last told by a list or register. */
export interface LastLook {
  readonly source: string;
  readonly state: string;
  readonly reason: string | null;
  readonly listNumber: number | null;
  readonly attemptedAt: Date | null;
}

export interface Looks {
  readonly kind: string;
  readonly country: string | null;
  readonly schedule: Schedule;
  /** With schedule `custom` only. */
  readonly everyDays: number | null;
  readonly covered: readonly LastLook[];
  /** The number of the edition of each list that the business was screened against. */
  readonly screened: ReadonlyMap<string, number>;
}

/** When a source is asked again by the schedule; null: when somebody asks for it. Never asked is due now. */
export const nextLook = (source: CheckSource, looks: Looks, now: Date): Date | null => {
  const { schedule, everyDays } = looks;
  if (schedule === 'off') return null;
  const rows = rowsOf(source, looks);
  const before = rows.reduce(
    (oldest, { attemptedAt }) => Math.min(oldest, attemptedAt?.getTime() ?? 0),
    rows.length > 0 ? Infinity : 0,
  );
  if (before === 0) return now;
  const days = schedule === 'custom' ? (everyDays ?? 7) : DAYS[schedule];
  const polled = source === 'insolvency' && canBeInNotices(looks);
  return new Date(before + (polled ? Math.min(days, MOST_DAYS_OF_NOTICES) : days) * DAY_MS);
};

/** The sources that are asked when a counterparty is due: notices have a time of their own, since the page of the courts is slow. */
export const sourcesOf = (looks: Pick<Looks, 'kind' | 'country'>): readonly CheckSource[] =>
  CHECK_SOURCES.filter((source) => source !== 'insolvency' || !canBeInNotices(looks));

/**
 * The sources that a counterparty which is due is due for: those whose time has come, those that gave no answer when they were asked, and
 * those that were asked about something else than it is now. That one is out of order is no reason to ask the others again.
 */
export const sourcesDue = (looks: Looks, now: Date): CheckSource[] =>
  sourcesOf(looks).filter((source) => {
    const rows = rowsOf(source, looks);
    const next = nextLook(source, looks, now);
    return (
      (next !== null && next.getTime() - TOGETHER_MS <= now.getTime()) ||
      rows.some(({ state }) => state === 'unknown') ||
      (source === 'screening' ? isBehind(looks) : rows.some(wantsRetry))
    );
  });

const rowsOf = (source: CheckSource, { covered }: Looks): LastLook[] =>
  covered.filter((each) => (coveredBy(source) as readonly string[]).includes(each.source));

const wantsRetry = ({ state, reason }: LastLook): boolean =>
  state === 'not_checked' && reason !== 'kyb.source_off';

const isBehind = (looks: Looks): boolean =>
  [...looks.screened].some(
    ([list, number]) =>
      (rowsOf('screening', looks).find(({ source }) => source === list)?.listNumber ?? 0) < number,
  );
