import { Injectable } from '@nestjs/common';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type PruneOrder,
  type RowSet,
} from '#libs/privacy';

interface Row {
  id: string;
  [field: string]: unknown;
}

const turnRecords = ({ threadIds }: DataSubject): RowSet => ({
  table: 'turn_record',
  where: 'x.thread_id = ANY ($2::uuid[])',
  parameters: [threadIds],
});
const ofTurns = (table: string, { turnIds }: DataSubject): RowSet => ({
  table,
  where: 'x.turn_id = ANY ($2::uuid[])',
  parameters: [turnIds],
});

/** What each turn told the model and what it answered. What the turn cost stays: it is the business's ledger. */
@Injectable()
@HoldsPersonalData({
  name: 'ai.turn-records',
  description: 'What the assistant was told and did while it answered the person',
  dataClasses: ['transcripts'],
  order: 40,
})
export class TurnRecordStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = `x.id, x.thread_id AS "threadId", x.outcome, x.language, x.model, x.transcript, x.created_at AS "createdAt"`;
    for await (const row of this.rows.read<Row>(turnRecords(subject), columns))
      yield { type: 'turn-record', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const { where, ...rest } = turnRecords(subject);
    const told = { ...rest, where: `${where} AND x.transcript <> '[]'` };
    const records = await this.rows.change(told, `transcript = '[]'`, limit);
    return {
      records,
      what: 'anonymised',
      reason: 'Token counts and costs of each answer are kept, without what was said.',
      more: records === limit,
    };
  }

  override prune(order: PruneOrder): Promise<number> {
    const { where, parameters, table } = turnRecords(order.held);
    const rows = {
      table,
      where: `NOT (${where}) AND x.created_at < $3 AND x.transcript <> '[]'`,
      parameters: [...parameters, order.before],
    };
    return this.rows.prune(rows, order, `transcript = '[]'`);
  }

  override oldest(): Promise<Date | null> {
    const told = { table: 'turn_record', where: `x.transcript <> '[]'`, parameters: [] };
    return this.rows.oldest(told, 'x.created_at');
  }
}

/** What tools were asked and answered: names, phone numbers, bookings. */
@Injectable()
@HoldsPersonalData({
  name: 'ai.tool-receipts',
  description: 'What the assistant looked up and booked for the person',
  dataClasses: ['transcripts'],
  order: 41,
})
export class ToolReceiptStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = `x.id, x.turn_id AS "turnId", x.tool, x.arguments, x.result, x.created_at AS "createdAt"`;
    for await (const row of this.rows.read<Row>(ofTurns('tool_receipt', subject), columns))
      yield { type: 'tool-receipt', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const records = await this.rows.delete(ofTurns('tool_receipt', subject), limit);
    return { records, what: 'deleted', more: records === limit };
  }

  override prune(order: PruneOrder): Promise<number> {
    const { where, parameters, table } = ofTurns('tool_receipt', order.held);
    const rows = {
      table,
      where: `NOT (${where}) AND x.created_at < $3`,
      parameters: [...parameters, order.before],
    };
    return this.rows.prune(rows, order);
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'tool_receipt', where: 'true', parameters: [] }, 'x.created_at');
  }
}

/** The ledger of model calls: who pays for what. It holds no text. */
@Injectable()
@HoldsPersonalData({
  name: 'ai.model-calls',
  description: 'Token counts and costs of the model calls made to answer the person',
  dataClasses: ['usage'],
  order: 42,
})
export class ModelCallStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = `x.id, x.turn_id AS "turnId", x.model, x.outcome, x.prompt_tokens AS "promptTokens",
      x.completion_tokens AS "completionTokens", x.created_at AS "createdAt"`;
    for await (const row of this.rows.read<Row>(ofTurns('model_call', subject), columns))
      yield { type: 'model-call', ...row };
  }

  async erase(subject: DataSubject): Promise<Erasure> {
    return {
      records: await this.rows.count(ofTurns('model_call', subject)),
      what: 'kept',
      reason:
        'The ledger of model usage has counts and costs only; nothing in it leads to a person any more.',
    };
  }
}
