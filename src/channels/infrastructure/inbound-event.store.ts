import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type PruneOrder,
  type RowSet,
  type SubjectPart,
} from '#libs/privacy';

interface Row {
  id: string;
  provider: string;
  kind: string;
  status: string;
  payload: unknown;
  receivedAt: Date;
}

const COLUMNS = 'x.id, x.provider, x.kind, x.status, x.payload, x.received_at AS "receivedAt"';

/** What providers told us of a person, as it came: found by the person's lanes and by their messages' ids. */
@Injectable()
@HoldsPersonalData({
  name: 'channels.inbound-events',
  description: 'What messaging providers sent about the person, as it came',
  dataClasses: ['raw-events'],
  order: 20,
})
export class InboundEventStore extends PersonalDataStore {
  constructor(
    private readonly rows: PersonalRows,
    private readonly cipher: FieldCipher,
  ) {
    super();
  }

  override async locate({ addresses, providerIds }: DataSubject): Promise<SubjectPart> {
    const names = [...addresses, ...providerIds.map((id) => `st:${id}`)];
    const index = { table: 'inbound_event', column: 'lane' };
    // Events of before there was encryption have their lane as it is.
    return {
      lanes: [...names, ...(await Promise.all(names.map((name) => this.cipher.blindIndex(name, index))))],
    };
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    for await (const row of this.rows.read<Row>(ofSubject(subject), COLUMNS))
      yield { type: 'inbound-event', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const records = await this.rows.delete(ofSubject(subject), limit);
    return { records, what: 'deleted', more: records === limit };
  }

  override prune(order: PruneOrder): Promise<number> {
    const { where, parameters } = ofSubject(order.held);
    return this.rows.prune(
      {
        table: 'inbound_event',
        where: `NOT (${where}) AND x.status <> 'pending' AND x.received_at < $4`,
        parameters: [...parameters, order.before],
      },
      order,
    );
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'inbound_event', where: 'true', parameters: [] }, 'x.received_at');
  }
}

const ofSubject = ({ lanes, providerIds }: DataSubject): RowSet => ({
  table: 'inbound_event',
  where: 'x.lane = ANY ($2::text[]) OR x.external_id = ANY ($3::text[])',
  parameters: [lanes, providerIds],
});

/** Events for addresses that no business has. They are nobody's, and so belong to no person of a business either. */
@Injectable()
@HoldsPersonalData({
  name: 'channels.unrouted-events',
  description: 'Events for addresses that no business has connected',
  dataClasses: ['raw-events'],
  order: 21,
})
export class UnroutedEventStore extends PersonalDataStore {
  async *export(): AsyncGenerator<PersonalRecord> {
    yield* [];
  }

  erase(): Promise<Erasure> {
    return Promise.resolve({
      records: 0,
      what: 'kept',
      reason:
        'Events for addresses that no business has connected cannot be attributed to anybody; all of them are deleted after 7 days.',
    });
  }
}
