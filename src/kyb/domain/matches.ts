import type { FieldChange } from './changes.js';
import type { EvidenceHit } from './evidence.js';
import { listedId } from './listed-entity.js';
import type { ListName } from './sources.js';

/** What a counterparty hit at the screening before. */
export interface Match {
  readonly id: string;
  readonly list: ListName;
  readonly entryId: string;
  readonly entryHash: string;
  readonly score: number;
  readonly band: string;
}

export interface HitChange extends FieldChange {
  readonly entryHash: string;
  readonly score: number;
}

const told = ({ score, band, entryHash }: Pick<Match, 'score' | 'band' | 'entryHash'>) => ({
  score,
  band,
  entryHash,
});

/** What is new, different and gone. Only lists that were searched count: a list that is not there removes no hit. */
export const diffHits = (
  before: readonly Match[],
  after: readonly EvidenceHit[],
  searched: ReadonlySet<string>,
): HitChange[] => {
  const known = new Map(before.map((match) => [listedId(match.list, match.entryId), match]));
  const changes: HitChange[] = [];
  for (const hit of after) {
    const field = listedId(hit.list as ListName, hit.entryId);
    const was = known.get(field);
    known.delete(field);
    const { entryHash, score } = hit;
    if (!was) changes.push({ kind: 'new_hit', field, before: null, after: told(hit), entryHash, score });
    else if (was.entryHash !== entryHash || was.score !== score)
      changes.push({ kind: 'changed_hit', field, before: told(was), after: told(hit), entryHash, score });
  }
  for (const [field, was] of known)
    if (searched.has(was.list))
      changes.push({
        kind: 'removed_hit',
        field,
        before: told(was),
        after: null,
        entryHash: was.entryHash,
        score: was.score,
      });
  return changes;
};
