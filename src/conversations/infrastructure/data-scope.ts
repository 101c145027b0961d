import { currentDataScope } from '#libs/kernel';

/**
 * What the data scope of the actor shows of threads `t`: $2 people, $3 teams; null: everything. The one condition of lists, reads,
 * changes and the live inbox.
 */
export const IN_SCOPE =
  'AND ($2::uuid[] IS NULL OR t.assignee_id = ANY ($2) OR t.team_id = ANY ($3::uuid[]))';

export const scopeParameters = (): unknown[] => {
  const scope = currentDataScope();
  return [scope?.personIds ?? null, scope?.teamIds ?? null];
};
