import type { Severity } from './rules.js';

/** How urgent a case is, least first. */
export const PRIORITIES = ['low', 'normal', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

const BY_SEVERITY: Readonly<Record<Severity, Priority>> = { low: 'low', medium: 'normal', high: 'high' };

/** What an alert makes of a case. A strong hit is of high severity whatever the rules say: the score is in it. */
export const priorityOf = ({ severity }: { severity: Severity }): Priority => BY_SEVERITY[severity];

/** A finding raises a case, and never lowers what somebody has set. */
export const raisedBy = (known: Priority, alert: { severity: Severity }): Priority => {
  const wanted = priorityOf(alert);
  return PRIORITIES.indexOf(wanted) > PRIORITIES.indexOf(known) ? wanted : known;
};
