import { assertNewPerson, normalEmail } from './person.js';

const person = { email: 'Owner@Demo-Salon.example', name: 'Olena', password: 'eight ch' };

describe('assertNewPerson', () => {
  it('accepts a person, whatever the case of the address', () => {
    expect(() => assertNewPerson(person)).not.toThrow();
    expect(normalEmail(' Owner@Demo-Salon.example ')).toBe('owner@demo-salon.example');
  });

  it.each([
    ['email', 'nobody'],
    ['email', 'a b@c'],
    ['name', '  '],
    ['password', 'seven c'],
    ['password', 'x'.repeat(201)],
  ])('refuses %s "%s"', (member, value) => {
    expect(() => assertNewPerson({ ...person, [member]: value })).toThrow(
      expect.objectContaining({ options: { errors: [expect.objectContaining({ pointer: `/${member}` })] } }),
    );
  });
});
