import { assertTenantProfile, type TenantProfile } from './tenant-profile.js';

const profile: TenantProfile = {
  slug: 'demo-salon',
  name: 'Demo Salon',
  timeZone: 'Europe/Kyiv',
  country: 'UA',
  currency: 'UAH',
  language: 'uk',
};

describe('assertTenantProfile', () => {
  it.each([
    {},
    { timeZone: 'Europe/Kiev' },
    { timeZone: 'America/Argentina/Buenos_Aires', language: 'pt-BR', currency: 'JPY', country: 'JP' },
    { slug: 'a1b' },
    { timeZone: 'UTC' },
  ])('accepts %j', (changes) => {
    expect(() => assertTenantProfile({ ...profile, ...changes })).not.toThrow();
  });

  it.each([
    ['slug', 'Demo'],
    ['slug', 'a'],
    ['slug', 'a--b'],
    ['slug', '-ab'],
    ['slug', 'x'.repeat(61)],
    ['name', ''],
    ['name', ' padded '],
    ['timeZone', 'Kyiv'],
    ['timeZone', '+02:00'],
    ['timeZone', ''],
    ['country', 'ua'],
    ['country', 'XX'],
    ['country', 'UK'],
    ['country', 'AN'],
    ['country', 'EU'],
    ['currency', 'uah'],
    ['currency', 'ZZZ'],
    ['language', 'ukrainian language'],
    ['language', 'UK'],
    ['language', ''],
  ] as [keyof TenantProfile, string][])('refuses %s "%s" and points to it', (member, value) => {
    expect(() => assertTenantProfile({ ...profile, [member]: value })).toThrow(
      expect.objectContaining({
        code: 'tenancy.profile_invalid',
        options: { errors: [expect.objectContaining({ pointer: `/${member}` })] },
      }),
    );
  });
});
