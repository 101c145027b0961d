import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import type { LibraryEntry } from '../../domain/list-library.js';
import type { ListName } from '../../domain/sources.js';
import type { ListChange, ListFetch, ListVersionView } from './list-records.js';

export const VERSION = `v.list, v.number, v.content_hash AS "contentHash", v.parser, v.entities, v.names, v.fill, v.added, v.changed, v.removed,
  v.bytes::float8 AS bytes, v.published_at AS "publishedAt", v.fetched_at AS "fetchedAt"`;
const FETCH = `id, list, outcome, code, detail, number, bytes::float8 AS bytes, content_hash AS "contentHash", started_at AS "startedAt", finished_at AS "finishedAt"`;

/** What became of the lists, page by page: editions, attempts, entries through editions. Pages have one row more than `limit` when there is one. */
@Injectable()
export class ListHistory {
  constructor(private readonly uow: UnitOfWork) {}

  /** Newest first. */
  versions(list: ListName, limit: number, before: number | undefined): Promise<ListVersionView[]> {
    return this.read<ListVersionView>(
      `SELECT ${VERSION} FROM kyb_list_version v WHERE v.list = $1 AND ($2::int IS NULL OR v.number < $2)
       ORDER BY v.number DESC LIMIT $3`,
      [list, before ?? null, limit + 1],
    );
  }

  /** Every attempt, whatever came of it, newest first. `startingAfter`: the id of one. */
  fetches(
    list: ListName,
    { limit, startingAfter }: { limit: number; startingAfter?: string },
  ): Promise<ListFetch[]> {
    return this.read<ListFetch>(
      `SELECT ${FETCH} FROM kyb_list_fetch WHERE list = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [list, startingAfter ?? null, limit + 1],
    );
  }

  /**
   * What differs between two editions, by entry id; from 0: everything. An entry that was there, gone and there again has changed if it is
   * another.
   */
  changes(
    list: ListName,
    [from, to]: readonly [number, number],
    { limit, startingAfter = '' }: { limit: number; startingAfter?: string },
  ): Promise<ListChange[]> {
    const as = (edition: '$2' | '$3'): string =>
      `SELECT hash FROM kyb_list_entry WHERE list = $1 AND entry_id = d.id AND from_number <= ${edition}
         AND (to_number IS NULL OR to_number > ${edition}) LIMIT 1`;
    return this.read<ListChange>(
      `SELECT d.id AS "entryId", n.hash,
         CASE WHEN n.hash IS NULL THEN 'removed' WHEN o.hash IS NULL THEN 'added' ELSE 'changed' END AS change
       FROM (SELECT DISTINCT entry_id AS id FROM kyb_list_entry WHERE list = $1 AND entry_id > $4
               AND ((from_number > $2 AND from_number <= $3) OR (to_number > $2 AND to_number <= $3)) ORDER BY entry_id) d
       LEFT JOIN LATERAL (${as('$2')}) o ON true
       LEFT JOIN LATERAL (${as('$3')}) n ON true
       WHERE o.hash IS DISTINCT FROM n.hash
       ORDER BY d.id LIMIT $5`,
      [list, from, to, startingAfter, limit + 1],
    );
  }

  /** An entry through its editions, newest first. */
  entry(
    list: ListName,
    entryId: string,
  ): Promise<(LibraryEntry & { fromNumber: number; toNumber: number | null })[]> {
    return this.read(
      `SELECT hash, entity, from_number AS "fromNumber", to_number AS "toNumber" FROM kyb_list_entry
       WHERE list = $1 AND entry_id = $2 ORDER BY from_number DESC LIMIT 100`,
      [list, entryId],
    );
  }

  /** In the caller's unit of work, if there is one: there is one connection to some databases. */
  private read<T>(sql: string, parameters: unknown[]): Promise<T[]> {
    const work = () => this.uow.query<T>(sql, parameters);
    return this.uow.active ? work() : this.uow.runAsSystem(work);
  }
}
