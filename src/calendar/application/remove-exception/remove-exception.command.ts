import { Command } from '@nestjs/cqrs';

/** The weekly hours apply again on that date. Error: `calendar.exception_not_found`. */
export class RemoveExceptionCommand extends Command<void> {
  constructor(readonly exceptionId: string) {
    super();
  }
}
