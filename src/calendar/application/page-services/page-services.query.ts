import { Query } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';

/** Services by age, inactive ones too unless `active` says otherwise; one more than `limit` when there is one. */
export class PageServicesQuery extends Query<ServiceView[]> {
  constructor(
    readonly filter: { active?: boolean },
    readonly limit: number,
    readonly startingAfter?: string,
  ) {
    super();
  }
}
