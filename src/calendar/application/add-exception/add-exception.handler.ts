import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '#libs/kernel';
import { staffNotFound } from '../../domain/calendar-errors.js';
import { formatLocalDate, toEpochMinute } from '../../domain/local-date.js';
import { TimeZone } from '../../domain/time-zone.js';
import { parseIntervals } from '../../domain/working-hours.js';
import { HoursRepository } from '../../infrastructure/hours.repository.js';
import { CurrentSettings } from '../current-settings.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { exceptionView, type ExceptionView } from '../list-exceptions/list-exceptions.query.js';
import { AddExceptionCommand } from './add-exception.command.js';

@CommandHandler(AddExceptionCommand)
export class AddExceptionHandler implements ICommandHandler<AddExceptionCommand> {
  constructor(
    private readonly hours: HoursRepository,
    private readonly staff: StaffRepository,
    private readonly settings: CurrentSettings,
    private readonly clock: Clock,
  ) {}

  async execute({ draft }: AddExceptionCommand): Promise<ExceptionView> {
    const intervals = parseIntervals(draft.intervals, '/intervals');
    const { timeZone } = await this.settings.get();
    if (draft.day < TimeZone.of(timeZone).dayOf(toEpochMinute(this.clock.now()))) {
      throw DomainError.invalid(
        'calendar.exception_in_past',
        '/date',
        'This date has passed. Choose today or a later one.',
      );
    }
    if (draft.staffId !== null && !(await this.staff.find(draft.staffId))) throw staffNotFound(draft.staffId);
    const added = await this.hours.addException({ ...draft, intervals });
    if (!added) {
      throw new DomainError(
        'conflict',
        'calendar.exception_exists',
        `${formatLocalDate(draft.day)} has an exception already. Delete that one first.`,
      );
    }
    return exceptionView(added);
  }
}
