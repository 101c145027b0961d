import { Command } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';
import type { ServiceDraft } from '../../infrastructure/service.repository.js';

/** Error: `calendar.service_too_long` (invalid). */
export class CreateServiceCommand extends Command<ServiceView> {
  constructor(readonly draft: ServiceDraft) {
    super();
  }
}
