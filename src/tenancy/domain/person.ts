import { DomainError, type ErrorDetail } from '#libs/kernel';

/** How an e-mail address is kept and compared. */
export const normalEmail = (email: string): string => email.trim().toLowerCase();

/** OWASP ASVS 5.0, 6.2.1 and 6.2.9: at least 8 and at least 64 allowed; the upper end bounds the work of hashing. */
export const PASSWORD_LENGTH = { min: 8, max: 200 } as const;

/** Error: `tenancy.person_invalid` with a pointer to each wrong member. */
export const assertNewPerson = (person: { email: string; name: string; password: string }): void => {
  const errors: ErrorDetail[] = [];
  if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(normalEmail(person.email)))
    errors.push({ pointer: '/email', detail: 'email must be an e-mail address' });
  if (person.name.trim() === '' || person.name.length > 200)
    errors.push({ pointer: '/name', detail: 'name must be 1 to 200 characters' });
  const { min, max } = PASSWORD_LENGTH;
  if (person.password.length < min || person.password.length > max)
    errors.push({ pointer: '/password', detail: `password must be ${min} to ${max} characters` });
  if (errors.length > 0)
    throw new DomainError(
      'invalid',
      'tenancy.person_invalid',
      'This person cannot be added like this: see errors.',
      { errors },
    );
};
