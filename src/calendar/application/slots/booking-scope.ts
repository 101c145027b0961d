import { Injectable } from '@nestjs/common';
import { currentDataScope, DomainError } from '#libs/kernel';
import { StaffRepository } from '../../infrastructure/staff.repository.js';

/** For whom the actor may book: those in whose diaries they see. */
@Injectable()
export class BookingScope {
  constructor(private readonly staff: StaffRepository) {}

  /**
   * The staff member to book for: the one that is wanted, or the only one the actor may book for; undefined: whoever is free.
   * Errors: `calendar.staff_out_of_scope` (403), `calendar.staff_required` (422).
   */
  async staffFor(wanted: string | undefined): Promise<string | undefined> {
    const scope = currentDataScope();
    if (!scope) return wanted;
    const own = await this.staff.idsOf(scope.personIds);
    if (wanted === undefined) {
      if (own.length === 1) return own[0];
      throw DomainError.invalid(
        'calendar.staff_required',
        '/staffId',
        own.length === 0
          ? 'Your role books for yourself or your team, and no diary is linked to any of you: ask for one (updateStaff).'
          : 'Your role books for some people only: say for whom.',
      );
    }
    if (!own.includes(wanted))
      throw new DomainError(
        'forbidden',
        'calendar.staff_out_of_scope',
        'Your role books for yourself or your team only.',
      );
    return wanted;
  }
}
