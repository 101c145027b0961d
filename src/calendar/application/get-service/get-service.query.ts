import { Query } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';

/** Error: `calendar.service_not_found`. */
export class GetServiceQuery extends Query<ServiceView> {
  constructor(readonly serviceId: string) {
    super();
  }
}
