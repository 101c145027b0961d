import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ListLook } from '../../domain/list-guard.js';
import type { LibraryEntry, ListChanges, ListVersion } from '../../domain/list-library.js';
import { ListLibrary } from '../../domain/list-library.js';
import type { ListedEntity } from '../../domain/listed-entity.js';
import { LISTS, type ListName } from '../../domain/sources.js';
import { VERSION } from './list-history.repository.js';
import { ListRejected } from './parsers/index.js';
import {
  type ListAlarm,
  type ListFetch,
  type ListProgress,
  type ListState,
  type NewEdition,
  recordOf,
  type Validators,
} from './list-records.js';

const STATE = `list, number, due_at AS "dueAt", progress, attempted_at AS "attemptedAt", succeeded_at AS "succeededAt", failures, alarm`;
const BATCH = 1_000;

/** The lists in the database, of no tenant. Everybody may read them; the system role alone writes, outside of any unit of work. */
@Injectable()
export class ListStore extends ListLibrary {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {
    super();
  }

  current(): Promise<ListVersion[]> {
    return this.read(() =>
      this.uow.query<ListVersion>(
        `SELECT ${VERSION} FROM kyb_list l JOIN kyb_list_version v ON v.list = l.list AND v.number = l.number ORDER BY v.list`,
      ),
    );
  }

  async refreshing(): Promise<boolean> {
    const rows = await this.read(() =>
      this.uow.query('SELECT 1 FROM kyb_list WHERE lease_until > $1 LIMIT 1', [this.clock.now()]),
    );
    return rows.length > 0;
  }

  async *entries({ list, number }: { list: ListName; number: number }): AsyncIterable<LibraryEntry[]> {
    let after = '';
    for (;;) {
      const batch = await this.read(() =>
        this.uow.query<LibraryEntry & { id: string }>(
          `SELECT entry_id AS id, hash, entity FROM kyb_list_entry WHERE list = $1 AND entry_id > $2 AND from_number <= $3
             AND (to_number IS NULL OR to_number > $3) ORDER BY entry_id LIMIT ${BATCH}`,
          [list, after, number],
        ),
      );
      if (batch.length > 0) yield batch;
      if (batch.length < BATCH) return;
      after = batch.at(-1)?.id ?? '';
    }
  }

  /** An entry that was there, gone and there again has changed if it is another. */
  async changes(list: ListName, fromNumber: number, toNumber: number): Promise<ListChanges> {
    const rows = await this.read(() =>
      this.uow.query<{ id: string; was: string | null; hash: string | null; entity: ListedEntity | null }>(
        `SELECT d.id, o.hash AS was, n.hash, n.entity
         FROM (SELECT DISTINCT entry_id AS id FROM kyb_list_entry WHERE list = $1
                 AND ((from_number > $2 AND from_number <= $3) OR (to_number > $2 AND to_number <= $3))) d
         LEFT JOIN kyb_list_entry o ON o.list = $1 AND o.entry_id = d.id AND o.from_number <= $2 AND (o.to_number IS NULL OR o.to_number > $2)
         LEFT JOIN kyb_list_entry n ON n.list = $1 AND n.entry_id = d.id AND n.from_number <= $3 AND (n.to_number IS NULL OR n.to_number > $3)
         ORDER BY d.id`,
        [list, fromNumber, toNumber],
      ),
    );
    const added: LibraryEntry[] = [];
    const changed: LibraryEntry[] = [];
    const removed: string[] = [];
    for (const { id, was, hash, entity } of rows) {
      if (hash === null || entity === null) {
        if (was !== null) removed.push(id);
      } else if (was === null) added.push({ hash, entity });
      else if (was !== hash) changed.push({ hash, entity });
    }
    return { added, changed, removed };
  }

  async entry(list: ListName, entryId: string, hash: string): Promise<ListedEntity | null> {
    const [row] = await this.read(() =>
      this.uow.query<{ entity: ListedEntity }>(
        'SELECT entity FROM kyb_list_entry WHERE list = $1 AND entry_id = $2 AND hash = $3 LIMIT 1',
        [list, entryId, hash],
      ),
    );
    return row?.entity ?? null;
  }

  /** Every list, also those that were never loaded. */
  async states(): Promise<ListState[]> {
    await this.seed();
    return this.uow.runAsSystem(() =>
      this.uow.query<ListState>(`SELECT ${STATE} FROM kyb_list ORDER BY list`),
    );
  }

  /**
   * Lists whose time has come, and those whose edition an older parser made, unless they fail: then they wait like all others.
   * `parsers`: the version of each.
   */
  due(now: Date, parsers: Readonly<Record<ListName, number>>): Promise<{ list: ListName }[]> {
    return this.uow.runAsSystem(() =>
      this.uow.query(
        `SELECT l.list FROM kyb_list l LEFT JOIN kyb_list_version v ON v.list = l.list AND v.number = l.number
         WHERE (l.due_at <= $1 OR (l.failures = 0 AND v.parser < ($2::jsonb ->> l.list)::int))
           AND (l.lease_until IS NULL OR l.lease_until <= $1) ORDER BY l.due_at`,
        [now, JSON.stringify(parsers)],
      ),
    );
  }

  /** Takes a list for this process; null when another has it. */
  async claim(
    list: ListName,
    now: Date,
    until: Date,
  ): Promise<{ number: number; validators: Validators } | null> {
    await this.seed();
    const [row] = await this.uow.runAsSystem(() =>
      this.uow.query<{ number: number; validators: Validators }>(
        `UPDATE kyb_list SET lease_until = $3, attempted_at = $2, progress = NULL
         WHERE list = $1 AND (lease_until IS NULL OR lease_until <= $2) RETURNING number, validators`,
        [list, now, until],
      ),
    );
    return row ?? null;
  }

  /** Says how far the refresh that began then has come, and keeps its lease; nothing when it is over, or another has taken its place. */
  async note(list: ListName, startedAt: Date, progress: ListProgress | null, until: Date): Promise<void> {
    await this.uow.runAsSystem(() =>
      this.uow.execute(
        `UPDATE kyb_list SET progress = coalesce($3::jsonb, progress), lease_until = $4
         WHERE list = $1 AND attempted_at = $2 AND lease_until IS NOT NULL`,
        [list, startedAt, progress ? JSON.stringify(progress) : null, until],
      ),
    );
  }

  /** Ends a refresh, whatever came of it, and gives the list back; one that another has overtaken is only written down. */
  async settle(
    fetch: Omit<ListFetch, 'id'>,
    next: { dueAt: Date; validators?: Validators; alarm: ListAlarm | null },
  ): Promise<void> {
    const good = fetch.outcome === 'new_edition' || fetch.outcome === 'unchanged';
    await this.uow.runAsSystem(async () => {
      await this.uow.execute(
        `UPDATE kyb_list SET lease_until = NULL, progress = NULL, due_at = $2, validators = coalesce($3::jsonb, validators),
           alarm = $4::jsonb, failures = CASE WHEN $5 THEN 0 ELSE failures + 1 END,
           succeeded_at = CASE WHEN $5 THEN $6::timestamptz ELSE succeeded_at END
         WHERE list = $1 AND attempted_at = $7`,
        [
          fetch.list,
          next.dueAt,
          next.validators ? JSON.stringify(next.validators) : null,
          next.alarm ? JSON.stringify(next.alarm) : null,
          good,
          fetch.finishedAt,
          fetch.startedAt,
        ],
      );
      await this.uow.execute(
        `INSERT INTO kyb_list_fetch (id, list, outcome, code, detail, number, bytes, started_at, finished_at, content_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          newId(),
          fetch.list,
          fetch.outcome,
          fetch.code,
          fetch.detail,
          fetch.number,
          fetch.bytes,
          fetch.startedAt,
          fetch.finishedAt,
          fetch.contentHash,
        ],
      );
    });
  }

  /** What the guard holds the next edition against; null when there is no such edition. */
  async look(list: ListName, number: number): Promise<ListLook | null> {
    const [row] = await this.read(() =>
      this.uow.query<ListLook>(
        'SELECT fill AS facts, published_at AS "publishedAt" FROM kyb_list_version WHERE list = $1 AND number = $2',
        [list, number],
      ),
    );
    return row ?? null;
  }

  /**
   * Writes an edition and makes it the current one, in one transaction: whole or not at all. Only what differs from the edition of
   * before is written. Answers its number.
   */
  publish(edition: NewEdition): Promise<number> {
    return this.uow.runAsSystem(async () => {
      const { list } = edition;
      const [state] = await this.uow.query<{ number: number; attemptedAt: Date | null }>(
        'SELECT number, attempted_at AS "attemptedAt" FROM kyb_list WHERE list = $1 FOR UPDATE',
        [list],
      );
      const before = state?.number ?? 0;
      const [same] = await this.uow.query(
        'SELECT 1 FROM kyb_list_version WHERE list = $1 AND number = $2 AND content_hash = $3 AND parser >= $4',
        [list, before, edition.contentHash, edition.parser],
      );
      // Another process, whose lease had run out while it was slow, was first.
      if (same) return before;
      // What was fetched before another's edition may be older than it, and was guarded against one that is not current.
      if (
        before !== edition.claim.number ||
        state?.attemptedAt?.getTime() !== edition.claim.startedAt.getTime()
      )
        throw new ListRejected('kyb.list_overtaken', 'Another process has taken the list over meanwhile.');
      const number = before + 1;
      const known = new Map(
        (
          await this.uow.query<{ id: string; hash: string }>(
            'SELECT entry_id AS id, hash FROM kyb_list_entry WHERE list = $1 AND to_number IS NULL',
            [list],
          )
        ).map(({ id, hash }) => [id, hash]),
      );
      const differing = [...edition.entries.values()].filter(
        ({ entryId, hash }) => known.get(entryId) !== hash,
      );
      const changed = differing.filter(({ entryId }) => known.has(entryId)).length;
      const removed = [...known.keys()].filter((id) => !edition.entries.has(id));
      await this.uow.execute(
        `INSERT INTO kyb_list_version (list, number, content_hash, entities, names, fill, added, changed, removed, bytes, published_at, fetched_at, parser)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          list,
          number,
          edition.contentHash,
          edition.facts.entities,
          edition.facts.names,
          JSON.stringify(edition.facts),
          differing.length - changed,
          changed,
          removed.length,
          edition.bytes,
          edition.publishedAt,
          edition.fetchedAt,
          edition.parser,
        ],
      );
      await this.uow.execute(
        'UPDATE kyb_list_entry SET to_number = $2 WHERE list = $1 AND to_number IS NULL AND entry_id = ANY($3)',
        [list, number, [...removed, ...differing.map(({ entryId }) => entryId)]],
      );
      for (let at = 0; at < differing.length; at += BATCH)
        await this.uow.execute(
          `INSERT INTO kyb_list_entry (list, entry_id, from_number, hash, entity)
           SELECT $1, e.id, $2, e.hash, e.entity FROM jsonb_to_recordset($3::jsonb) AS e(id text, hash text, entity jsonb)`,
          [
            list,
            number,
            `[${differing
              .slice(at, at + BATCH)
              .map(recordOf)
              .join(',')}]`,
          ],
        );
      for (const { part, chunks } of edition.files) {
        let position = 0;
        for await (const chunk of chunks)
          await this.uow.execute(
            'INSERT INTO kyb_list_file (list, number, part, position, content) VALUES ($1, $2, $3, $4, $5)',
            [list, number, part, position++, chunk],
          );
      }
      await this.uow.execute('UPDATE kyb_list SET number = $2 WHERE list = $1', [list, number]);
      return number;
    });
  }

  /** In the caller's unit of work, if there is one: there is one connection to some databases. */
  private read<T>(work: () => Promise<T>): Promise<T> {
    return this.uow.active ? work() : this.uow.runAsSystem(work);
  }

  private async seed(): Promise<void> {
    await this.uow.runAsSystem(() =>
      this.uow.execute(
        'INSERT INTO kyb_list (list, due_at) SELECT l, $2 FROM unnest($1::text[]) AS l ON CONFLICT DO NOTHING',
        [LISTS, this.clock.now()],
      ),
    );
  }
}
