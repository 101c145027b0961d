import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';
import { assertFitsInADay } from '../../domain/service-length.js';
import { ServiceRepository } from '../../infrastructure/service.repository.js';
import { CreateServiceCommand } from './create-service.command.js';

@CommandHandler(CreateServiceCommand)
export class CreateServiceHandler implements ICommandHandler<CreateServiceCommand> {
  constructor(private readonly services: ServiceRepository) {}

  async execute({ draft }: CreateServiceCommand): Promise<ServiceView> {
    assertFitsInADay(draft);
    return this.services.insert(draft);
  }
}
