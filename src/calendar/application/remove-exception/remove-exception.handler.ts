import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { exceptionNotFound } from '../../domain/calendar-errors.js';
import { HoursRepository } from '../../infrastructure/hours.repository.js';
import { RemoveExceptionCommand } from './remove-exception.command.js';

@CommandHandler(RemoveExceptionCommand)
export class RemoveExceptionHandler implements ICommandHandler<RemoveExceptionCommand> {
  constructor(private readonly hours: HoursRepository) {}

  async execute({ exceptionId }: RemoveExceptionCommand): Promise<void> {
    if (!(await this.hours.deleteException(exceptionId))) throw exceptionNotFound(exceptionId);
  }
}
