import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';
import { staleVersion } from '../../domain/calendar-errors.js';
import { assertFitsInADay } from '../../domain/service-length.js';
import { ServiceRepository } from '../../infrastructure/service.repository.js';
import { patched } from '../patched.js';
import { UpdateServiceCommand } from './update-service.command.js';

@CommandHandler(UpdateServiceCommand)
export class UpdateServiceHandler implements ICommandHandler<UpdateServiceCommand> {
  constructor(private readonly services: ServiceRepository) {}

  async execute({ serviceId, patch, expectedVersion }: UpdateServiceCommand): Promise<ServiceView> {
    const present = await this.services.lock(serviceId);
    if (expectedVersion !== undefined && expectedVersion !== present.version) {
      throw staleVersion('calendar.service_changed', expectedVersion, present.version);
    }
    const changed = patched(present, patch);
    assertFitsInADay(changed);
    await this.services.save(changed);
    return changed;
  }
}
