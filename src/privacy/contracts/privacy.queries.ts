import { Query } from '@nestjs/cqrs';

export interface LegalMinimum {
  readonly days: number;
  /** The rule that says so. */
  readonly source: string;
}

/** How long the law has the business keep data of a class; null where it says nothing. Terms run from the end of the calendar year. */
export class LegalMinimumQuery extends Query<LegalMinimum | null> {
  constructor(readonly dataClass: string) {
    super();
  }
}
