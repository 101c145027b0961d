import { CHANGE_KINDS, type ChangeKind } from './changes.js';

export const SEVERITIES = ['low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STOPS = ['invoicing', 'campaigns'] as const;
export type Stop = (typeof STOPS)[number];

/** What a business holds of one kind of change. */
export interface Rule {
  /** Whether it is material: whether somebody has to decide it. */
  readonly alert: boolean;
  readonly severity: Severity;
  /** Hours until it has to be decided. */
  readonly decideWithinHours: number;
  /** What a confirmed alert stops for the counterparty; the contexts concerned obey the event. */
  readonly stops: readonly Stop[];
}

export type Rules = Readonly<Record<ChangeKind, Rule>>;

const rule = (
  severity: Severity,
  decideWithinHours: number,
  alert = true,
  stops: readonly Stop[] = [],
): Rule => ({
  alert,
  severity,
  decideWithinHours,
  stops,
});

export const DEFAULT_RULES: Rules = {
  new_hit: rule('high', 24, true, ['invoicing', 'campaigns']),
  changed_hit: rule('high', 24, true, ['invoicing', 'campaigns']),
  removed_hit: rule('low', 168, false),
  insolvency: rule('high', 48, true, ['invoicing']),
  vat_state: rule('medium', 72),
  lei_state: rule('medium', 120),
  status: rule('medium', 120),
  ownership: rule('medium', 120),
  name: rule('medium', 120),
  address: rule('low', 168, false),
  other: rule('low', 168, false),
};

/** States that are material by themselves; any other state ends the alert about it. */
const BAD: Readonly<Record<string, readonly string[]>> = {
  vat_state: ['invalid'],
  lei_state: ['stale', 'failed', 'not_found'],
  insolvency: ['notice_found'],
};

/** Of a field that a register knows: `raise`, `end` (it is as it should be again), or `pass`. */
export const meaningOf = (
  rules: Rules,
  change: { kind: ChangeKind; field: string; before: unknown; after: unknown },
): 'raise' | 'end' | 'pass' => {
  const { kind, field, before, after } = change;
  if (field === 'state' && BAD[kind]) {
    if (BAD[kind].includes(String(after))) return rules[kind].alert ? 'raise' : 'pass';
    return 'end';
  }
  // What was not there before is no change of it.
  if (before === null) return 'pass';
  return rules[kind].alert ? 'raise' : 'pass';
};

/** Rules of a business over the defaults; kinds nobody knows are left out. */
export const rulesOf = (own: Partial<Rules>): Rules =>
  Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, own[kind] ?? DEFAULT_RULES[kind]])) as Record<
    ChangeKind,
    Rule
  >;
