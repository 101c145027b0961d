import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type Address,
  canBeInNotices,
  type CounterpartyFacts,
  type CounterpartyRole,
  type Schedule,
  sealedFor,
} from '../domain/counterparty.js';
import { wordsOf } from '../domain/name-words.js';

export interface Monitoring {
  readonly schedule: Schedule;
  /** With schedule `custom` only. */
  readonly everyDays: number | null;
}

export interface CounterpartyDraft extends CounterpartyFacts, Monitoring {
  readonly roles: readonly CounterpartyRole[];
  /** The business's own number of it; unique. */
  readonly reference: string | null;
  readonly contactId: string | null;
  readonly note: string | null;
}

export interface Counterparty extends CounterpartyDraft {
  readonly id: string;
  readonly nextDueAt: Date | null;
  readonly archivedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

export interface CounterpartyFilter {
  readonly kind?: string;
  readonly role?: string;
  readonly country?: string;
  readonly vatNumber?: string;
  readonly lei?: string;
  readonly reference?: string;
  readonly contactId?: string;
  readonly archived?: boolean;
  /** Words that must all be among those of its names. */
  readonly name?: string;
}

/** What of a counterparty is sealed. */
interface Details {
  readonly names: readonly string[];
  readonly address: Address | null;
  readonly birthDate: string | null;
  readonly gender: 'male' | 'female' | null;
  readonly note: string | null;
}

type Row = Omit<Counterparty, keyof Details> & { details: string };

const COLUMNS = `id, kind, roles, reference, details, country, vat_number AS "vatNumber", lei,
  register_number AS "registerNumber", register_authority AS "registerAuthority", contact_id AS "contactId", schedule,
  every_days AS "everyDays", next_due_at AS "nextDueAt", archived_at AS "archivedAt", created_at AS "createdAt",
  updated_at AS "updatedAt", version`;
/** A statement of some 500 KB. */
const INSERTED_AT_ONCE = 500;
const WORDS = { table: 'counterparty', column: 'words' };
const place = (rowId: string) => ({ table: 'counterparty', column: 'details', rowId });

/** Counterparties: names, address and birth date are sealed; words of names can be looked up by their blind index. */
@Injectable()
export class CounterpartyRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** Error: `counterparty.not_found`. */
  async get(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<Counterparty> {
    const [found] = await this.select(`AND id = $2 ${locking}`, [id]);
    if (!found) throw DomainError.notFound('counterparty', id);
    return found;
  }

  /** Locks a counterparty. False when it is gone. */
  async lock(id: string): Promise<boolean> {
    const locked = await this.uow.execute(
      'SELECT 1 FROM counterparty WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
      [currentTenant(), id],
    );
    return locked === 1;
  }

  async byReferences(references: readonly string[]): Promise<Map<string, Counterparty>> {
    const found = await this.select('AND reference = ANY($2) FOR UPDATE', [references]);
    return new Map(found.map((each) => [each.reference ?? '', each]));
  }

  /** Newest first; one more than `limit` when there is one. */
  async list(
    filter: CounterpartyFilter,
    { limit, startingAfter }: { limit: number; startingAfter?: string },
  ): Promise<Counterparty[]> {
    const words = filter.name === undefined ? null : await this.indexed(wordsOf([filter.name]));
    return this.select(
      `AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR $4 = ANY(roles))
         AND ($5::text IS NULL OR country = $5) AND ($6::text IS NULL OR vat_number = $6) AND ($7::text IS NULL OR lei = $7)
         AND ($8::text IS NULL OR reference = $8) AND ($9::uuid IS NULL OR contact_id = $9)
         AND (archived_at IS NOT NULL) = $10 AND ($11::text[] IS NULL OR words @> $11) ORDER BY id DESC LIMIT $12`,
      [
        startingAfter ?? null,
        filter.kind ?? null,
        filter.role ?? null,
        filter.country ?? null,
        filter.vatNumber ?? null,
        filter.lei ?? null,
        filter.reference ?? null,
        filter.contactId ?? null,
        filter.archived ?? false,
        words,
        limit + 1,
      ],
    );
  }

  /** Those that are not archived, by id: what a re-screening goes through. */
  batch(after: string | null, limit: number): Promise<Counterparty[]> {
    return this.select('AND archived_at IS NULL AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3', [
      after,
      limit,
    ]);
  }

  some(ids: readonly string[]): Promise<Counterparty[]> {
    return this.select('AND id = ANY($2) ORDER BY id', [ids]);
  }

  /** Error: `kyb.reference_taken` (409). */
  async insert(draft: CounterpartyDraft): Promise<Counterparty> {
    const id = newId();
    if (!(await this.insertAll([{ id, draft }])).has(id)) throw referenceTaken(draft.reference);
    return this.get(id);
  }

  /** Adds many. Answers the ids of those that were added: the others have a reference that is taken. */
  async insertAll(all: readonly { id: string; draft: CounterpartyDraft }[]): Promise<Set<string>> {
    const now = this.clock.now();
    const added = new Set<string>();
    for (let at = 0; at < all.length; at += INSERTED_AT_ONCE) {
      const rows = await Promise.all(
        all.slice(at, at + INSERTED_AT_ONCE).map(async ({ id, draft }) => ({
          ...(await this.written(id, draft)),
          due: draft.schedule === 'off' ? null : now,
          notice: draft.schedule === 'off' || !canBeInNotices(draft) ? null : now,
        })),
      );
      const made = await this.uow.query<{ id: string }>(
        `INSERT INTO counterparty (tenant_id, id, kind, roles, reference, details, words, country, vat_number, lei, register_number,
           register_authority, contact_id, schedule, every_days, next_due_at, next_notice_at, created_at, updated_at)
         SELECT $1, r.id, r.kind, r.roles, r.reference, r.details, r.words, r.country, r."vatNumber", r.lei, r."registerNumber",
           r."registerAuthority", r."contactId", r.schedule, r."everyDays", r.due, r.notice, $2, $2
         FROM jsonb_to_recordset($3::jsonb) AS r(id uuid, kind text, roles text[], reference text, details text, words text[],
           country text, "vatNumber" text, lei text, "registerNumber" text, "registerAuthority" text, "contactId" uuid, schedule text,
           "everyDays" int, due timestamptz, notice timestamptz)
         ON CONFLICT DO NOTHING RETURNING id`,
        [currentTenant(), now, JSON.stringify(rows)],
      );
      for (const { id } of made) added.add(id);
    }
    return added;
  }

  /** Writes a locked counterparty. `notice`: when notices are to be looked for; undefined: as before. */
  async save(
    id: string,
    draft: CounterpartyDraft,
    { due, notice }: { due: Date | null; notice: Date | null | undefined },
  ): Promise<void> {
    const taken = await this.uow.query(
      'SELECT 1 FROM counterparty WHERE tenant_id = $1 AND reference = $2 AND id <> $3',
      [currentTenant(), draft.reference, id],
    );
    if (taken.length > 0) throw referenceTaken(draft.reference);
    const row = await this.written(id, draft);
    await this.uow.execute(
      `UPDATE counterparty SET kind = $3, roles = $4, reference = $5, details = $6, words = $7, country = $8, vat_number = $9,
         lei = $10, register_number = $11, register_authority = $12, contact_id = $13, schedule = $14, every_days = $15,
         next_due_at = $16, updated_at = $17, version = version + 1,
         next_notice_at = CASE WHEN $18 THEN $19::timestamptz ELSE next_notice_at END
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        id,
        row.kind,
        row.roles,
        row.reference,
        row.details,
        row.words,
        row.country,
        row.vatNumber,
        row.lei,
        row.registerNumber,
        row.registerAuthority,
        row.contactId,
        row.schedule,
        row.everyDays,
        due,
        this.clock.now(),
        notice !== undefined,
        notice ?? null,
      ],
    );
  }

  async setArchived(id: string, at: Date | null): Promise<void> {
    await this.uow.execute(
      `UPDATE counterparty SET archived_at = $3, updated_at = $4, version = version + 1,
         next_due_at = CASE WHEN $3::timestamptz IS NULL AND schedule <> 'off' THEN $4::timestamptz END,
         next_notice_at = CASE WHEN $3::timestamptz IS NULL AND next_notice_at IS NOT NULL THEN $4::timestamptz ELSE next_notice_at END
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, at, this.clock.now()],
    );
  }

  /** Takes a due counterparty for this worker; null when another has it, or it is not due any more. */
  async claim(id: string, now: Date, until: Date): Promise<Counterparty | null> {
    const [found] = await this.uow.query<Row>(
      `UPDATE counterparty SET claimed_until = $4 WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL
         AND next_due_at <= $3 AND (claimed_until IS NULL OR claimed_until <= $3) RETURNING ${COLUMNS}`,
      [currentTenant(), id, now, until],
    );
    return found ? ((await this.opened([found]))[0] ?? null) : null;
  }

  /** Gives back what `claim` took. One that has become due meanwhile, because it or a list was changed, stays due. */
  async release(id: string, claimed: Counterparty, nextDueAt: Date | null): Promise<void> {
    await this.uow.execute(
      `UPDATE counterparty SET claimed_until = NULL,
         next_due_at = CASE WHEN version = $3 AND next_due_at IS NOT DISTINCT FROM $5 THEN $4::timestamptz ELSE next_due_at END
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, claimed.version, nextDueAt, claimed.nextDueAt],
    );
  }

  /** As `claim`, to look for notices about it. Its time is put off meanwhile, and comes again when this worker dies. */
  async claimNotice(id: string, now: Date, until: Date): Promise<Counterparty | null> {
    const [found] = await this.uow.query<Row>(
      `UPDATE counterparty SET next_notice_at = $4 WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL
         AND next_notice_at <= $3 RETURNING ${COLUMNS}`,
      [currentTenant(), id, now, until],
    );
    return found ? ((await this.opened([found]))[0] ?? null) : null;
  }

  /** When notices are looked for next. One that was changed meanwhile keeps the time that it has got. */
  async releaseNotice(id: string, until: Date, next: Date | null): Promise<void> {
    await this.uow.execute(
      'UPDATE counterparty SET next_notice_at = $4 WHERE tenant_id = $1 AND id = $2 AND next_notice_at = $3',
      [currentTenant(), id, until, next],
    );
  }

  /** To be checked at once, if they are monitored at all. */
  async hasten(ids: readonly string[], at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE counterparty SET next_due_at = $3 WHERE tenant_id = $1 AND id = ANY($2) AND schedule <> 'off'
         AND archived_at IS NULL`,
      [currentTenant(), ids, at],
    );
  }

  /** As `hasten`, for those that were held against an older edition of the list, or none. */
  async hastenBehind(list: string, number: number, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE counterparty c SET next_due_at = $4 WHERE c.tenant_id = $1 AND c.schedule <> 'off'
         AND c.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM kyb_coverage v WHERE v.tenant_id = c.tenant_id
           AND v.counterparty_id = c.id AND v.source = $2 AND v.list_number >= $3)`,
      [currentTenant(), list, number, at],
    );
  }

  /** A draft as its row has it. */
  private async written(
    id: string,
    { names, address, birthDate, gender, note, ...plain }: CounterpartyDraft,
  ) {
    const details: Details = { names, address, birthDate, gender, note };
    return {
      ...plain,
      id,
      details: await this.cipher.seal(JSON.stringify(details), place(id), sealedFor(id, plain)),
      words: await this.indexed(wordsOf(names)),
    };
  }

  private indexed(words: readonly string[]): Promise<string[]> {
    return Promise.all(words.map((word) => this.cipher.blindIndex(word, WORDS)));
  }

  private async select(where: string, parameters: unknown[]): Promise<Counterparty[]> {
    return this.opened(
      await this.uow.query<Row>(`SELECT ${COLUMNS} FROM counterparty WHERE tenant_id = $1 ${where}`, [
        currentTenant(),
        ...parameters,
      ]),
    );
  }

  private async opened(rows: readonly Row[]): Promise<Counterparty[]> {
    const texts = await this.cipher.openMany(
      rows.map(({ id, details }) => ({ sealed: details, place: place(id) })),
    );
    return rows.map(({ details: _, ...row }, at) => ({
      ...row,
      ...(JSON.parse(texts[at] ?? '{"names":[]}') as Details),
    }));
  }
}

const referenceTaken = (reference: string | null): DomainError =>
  new DomainError(
    'conflict',
    'kyb.reference_taken',
    `There is a counterparty with the reference ${reference ?? ''} already.`,
    { errors: [{ pointer: '/reference', detail: 'must be one that no other counterparty has' }] },
  );
