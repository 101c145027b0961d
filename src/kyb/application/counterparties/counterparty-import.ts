import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, Clock, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { factsOf } from '../../domain/counterparty.js';
import {
  type Counterparty,
  type CounterpartyDraft,
  CounterpartyRepository,
} from '../../infrastructure/counterparty.repository.js';
import {
  type CounterpartyImport,
  type ImportError,
  ImportRepository,
  type ImportRow,
} from '../../infrastructure/import.repository.js';
import { CounterpartyDesk } from './counterparty-desk.js';
import { draftOf, referenceOf } from './import-draft.js';
import { type ImportFile, readImportFile } from './import-file.js';

export interface Imported extends CounterpartyImport {
  readonly refusals: readonly ImportRow[];
}

const REFUSALS_SHOWN = 100;

interface Addition {
  readonly id: string;
  readonly line: number;
  readonly draft: CounterpartyDraft;
}

/** Takes counterparties from CSV: each row by itself, so that one that is wrong keeps none of the others out. */
@Injectable()
export class CounterpartyImporter {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly desk: CounterpartyDesk,
    private readonly counterparties: CounterpartyRepository,
    private readonly imports: ImportRepository,
    private readonly clock: Clock,
  ) {}

  /** Errors (422): those of `readImportFile`. */
  run(fileName: string, csv: string): Promise<Imported> {
    const file = readImportFile(csv);
    return this.uow.run(async () => {
      const rows = await this.take(file);
      const count = (outcome: ImportRow['outcome']): number =>
        rows.filter((row) => row.outcome === outcome).length;
      const made: CounterpartyImport = {
        id: newId(),
        fileName,
        rows: rows.length,
        created: count('created'),
        updated: count('updated'),
        unchanged: count('unchanged'),
        refused: count('refused'),
        createdAt: this.clock.now(),
      };
      await this.imports.insert(made, createHash('sha256').update(csv).digest('hex'), rows);
      return {
        ...made,
        refusals: rows.filter(({ outcome }) => outcome === 'refused').slice(0, REFUSALS_SHOWN),
      };
    });
  }

  /** Error: `import.not_found`. */
  get(id: string): Promise<CounterpartyImport> {
    return this.uow.run(() => this.imports.get(id));
  }

  rows(id: string, page: { limit: number; afterLine?: number; outcome?: string }): Promise<ImportRow[]> {
    return this.uow.run(async () => {
      await this.imports.get(id);
      return this.imports.rows(id, page);
    });
  }

  private async take(file: ImportFile): Promise<ImportRow[]> {
    const known = await this.counterparties.byReferences(file.rows.flatMap((row) => referenceOf(row) ?? []));
    const taken = new Set<string>();
    const rows: ImportRow[] = [];
    const additions: Addition[] = [];
    for (const row of file.rows) {
      const reference = referenceOf(row);
      const before = reference === null ? undefined : known.get(reference);
      const { draft, errors } = draftOf(row, file.columns, before);
      const wrong = draft ? misplaced(draft, before, taken) : errors;
      if (!draft || wrong.length > 0) {
        rows.push(refused(row.line, wrong));
        continue;
      }
      if (reference !== null) taken.add(reference);
      if (before) rows.push(await this.update(row.line, before, draft));
      else additions.push({ id: newId(), line: row.line, draft });
    }
    return [...rows, ...(await this.add(additions))].sort((a, b) => a.line - b.line);
  }

  private async update(line: number, before: Counterparty, next: CounterpartyDraft): Promise<ImportRow> {
    const same = canonicalJson(comparable(before)) === canonicalJson(comparable(next));
    if (!same) await this.desk.save(before, next);
    return { line, outcome: same ? 'unchanged' : 'updated', counterpartyId: before.id, errors: [] };
  }

  private async add(additions: readonly Addition[]): Promise<ImportRow[]> {
    const added = await this.counterparties.insertAll(additions);
    return additions.map(({ id, line }) =>
      added.has(id)
        ? { line, outcome: 'created', counterpartyId: id, errors: [] }
        : refused(line, [{ column: 'reference', detail: 'was given to another counterparty meanwhile' }]),
    );
  }
}

const refused = (line: number, errors: readonly ImportError[]): ImportRow => ({
  line,
  outcome: 'refused',
  counterpartyId: null,
  errors,
});

/** What keeps a sound row from its place. */
const misplaced = (
  { reference }: CounterpartyDraft,
  before: Counterparty | undefined,
  taken: ReadonlySet<string>,
): ImportError[] => {
  if (reference !== null && taken.has(reference))
    return [{ column: 'reference', detail: 'stands in the file twice' }];
  return before?.archivedAt
    ? [{ column: 'reference', detail: 'is of a counterparty that is archived; restore it first' }]
    : [];
};

const comparable = (of: CounterpartyDraft) => ({
  ...factsOf(of),
  roles: [...of.roles].sort(),
  contactId: of.contactId,
  note: of.note,
  schedule: of.schedule,
  everyDays: of.everyDays,
});
