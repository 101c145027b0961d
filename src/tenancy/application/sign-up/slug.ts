import { randomInt } from 'node:crypto';
import anyAscii from 'any-ascii';

const LONGEST = 50;

/** The slug a name suggests, in Latin letters: `Салон «Люмен»` is `salon-lyumen`. A name without any is `business`. */
export const slugOf = (name: string): string => {
  const slug = anyAscii(name)
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return slug.length >= 3 ? slug : `business${slug && `-${slug}`}`;
};

/** The same with digits that make it unlikely to be taken; the database says whether it is. */
export const anotherSlug = (slug: string): string => `${slug}-${randomInt(1000, 1_000_000)}`;
