import { Query } from '@nestjs/cqrs';
import type { WallTimes } from '../../domain/working-hours.js';

export interface WorkingHoursView {
  staffId: string;
  /** ISO weekday 1 (Monday) to 7, all seven; no interval means a day off. */
  days: { weekday: number; intervals: WallTimes[] }[];
  /** Of the staff member. */
  version: number;
}

/** Error: `calendar.staff_not_found`. */
export class GetWorkingHoursQuery extends Query<WorkingHoursView> {
  constructor(readonly staffId: string) {
    super();
  }
}
