import { DomainError } from '#libs/kernel';
import type { EntryFilter } from '../infrastructure/audit-entry.repository.js';
import type { EntryFilterDto } from './audit.dto.js';

/** Error: `http.validation_failed` for an instant that is in no calendar. */
export const filterOf = ({ from, to, ...rest }: EntryFilterDto): EntryFilter => ({
  ...rest,
  ...(from === undefined ? {} : { from: instantOf('from', from) }),
  ...(to === undefined ? {} : { to: instantOf('to', to) }),
});

const instantOf = (name: string, text: string): Date => {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()))
    throw DomainError.invalid('http.validation_failed', name, `${name} is not an instant of any calendar`);
  return instant;
};
