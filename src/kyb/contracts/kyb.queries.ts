import { Query } from '@nestjs/cqrs';

/** Whether a counterparty of this id is there and is a natural person: whether it can be a data subject. */
export class IsPersonQuery extends Query<boolean> {
  constructor(readonly counterpartyId: string) {
    super();
  }
}
