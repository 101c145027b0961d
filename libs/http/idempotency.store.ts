import { Injectable } from '@nestjs/common';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type RowSet,
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
  description: 'Answers of this API that are kept for 24 hours, to be given again to a caller who repeats itself',
  dataClasses: ['raw-events'],
  order: 60,
})
export class IdempotencyStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = 'x.id, x.route, x.response, x.created_at AS "createdAt"';
    for await (const row of this.rows.read<Row>(naming(subject), columns)) yield { type: 'answer', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const records = await this.rows.delete(naming(subject), limit);
    return { records, what: 'deleted', more: records === limit };
  }
}

const naming = (subject: DataSubject): RowSet => ({
  table: 'idempotency_key',
  where:
    'EXISTS (SELECT 1 FROM unnest($2::text[]) AS w(word) WHERE position(w.word IN x.response::text) > 0 OR position(w.word IN x.key) > 0)',
  parameters: [wordsOf(subject)],
});
