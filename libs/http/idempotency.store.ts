import { Injectable } from '@nestjs/common';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  wordsOf,
} from '#libs/privacy';

interface Row {
  id: string;
  [field: string]: unknown;
}

/** Answers that are kept for a day, to be given again. */
@Injectable()
@HoldsPersonalData({
  name: 'http.idempotency',
  description:
    'Answers of this API that are kept for 24 hours, to be given again to a caller who repeats itself',
  dataClasses: ['raw-events'],
  order: 60,
})
export class IdempotencyStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    for await (const row of this.about(subject)) yield { type: 'answer', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const ids: string[] = [];
    for await (const { id } of this.about(subject)) if (ids.push(id) === limit) break;
    const rows = { table: 'idempotency_key', where: 'x.id = ANY ($2::uuid[])', parameters: [ids] };
    const records = await this.rows.delete(rows, limit);
    return { records, what: 'deleted', more: records === limit };
  }

  /** They are sealed, and a day's at most: each is looked through. */
  private async *about(subject: DataSubject): AsyncGenerator<Row> {
    const words = wordsOf(subject);
    const all = { table: 'idempotency_key', where: 'x.response IS NOT NULL', parameters: [] };
    const columns = 'x.id, x.route, x.key, x.response, x.created_at AS "createdAt"';
    for await (const row of this.rows.read<Row>(all, columns)) {
      const text = JSON.stringify(row);
      if (words.some((word) => text.includes(word))) yield row;
    }
  }
}
