import { assertTenantProfile } from '../../domain/tenant-profile.js';
import { anotherSlug, slugOf } from './slug.js';

const profile = { name: 'x', timeZone: 'Europe/Kyiv', country: 'UA', currency: 'UAH', language: 'uk' };

describe('slugOf', () => {
  it.each([
    ['Salon Lumen', 'salon-lumen'],
    ["Olena's  Nails & Co.", 'olenas-nails-co'],
    ['Салон «Люмен»', 'salon-lyumen'],
    ['Größe', 'grosse'],
    ['!!!', 'business'],
    ['A1', 'business-a1'],
    ['-', 'business'],
    ['😀', 'grinning'],
  ])('%s', (name, slug) => expect(slugOf(name)).toBe(slug));

  it.each(['x'.repeat(200), 'a-'.repeat(100), '東京サロン', '😀😀', `${'b'.repeat(49)} c`])(
    'makes of "%s" a slug that a business may have, with digits too',
    (name) => {
      for (const slug of [slugOf(name), anotherSlug(slugOf(name))])
        expect(() => assertTenantProfile({ ...profile, slug })).not.toThrow();
    },
  );
});
