import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { factsOfList, guard, LEAST } from '../../../domain/list-guard.js';
import type { ListedEntity } from '../../../domain/listed-entity.js';
import type { ListName } from '../../../domain/sources.js';
import { PARSERS } from './index.js';

const DATA = join(process.cwd(), '..', 'shared', 'data', 'kyb');
const file = (name: string): AsyncIterable<Uint8Array> => {
  const stream = createReadStream(join(DATA, name));
  return name.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
};

// The lists themselves are not part of the project: where they lie beside it, they are read whole.
(existsSync(DATA) ? describe : describe.skip)('the parsers, over whole lists', () => {
  const sdn = (of: string): Record<string, string> => ({
    primary: `us/ofac_${of}_sdn.csv`,
    aliases: `us/ofac_${of}_alt.csv`,
    addresses: `us/ofac_${of}_add.csv`,
  });
  const cons = 'us/ofac_nonsdn_2025-12_cons';
  it.each<[ListName, number, number, Record<string, string>]>([
    ['eu', 5_860, 127, { list: 'eu/eu_fsf_2026-05-01.reconstructed.xml.gz' }],
    ['uk', 6_349, 0, { list: 'uk/uksl_2026-08-22.reconstructed.csv.gz' }],
    ['un', 1_003, 136, { list: 'un/UN_consolidated_2026-02-27.xml.gz' }],
    ['ofac_sdn', 9_043, 174, sdn('2022-01')],
    ['ofac_sdn', 8_976, 172, sdn('2021-07')],
    [
      'ofac_cons',
      442,
      0,
      {
        primary: `${cons}_prim.csv`,
        aliases: `${cons}_alt.csv`,
        addresses: `${cons}_add.csv`,
        comments: `${cons}_comments.csv`,
      },
    ],
  ])('find every entity of %s: %i, %i of them born about a time', async (list, count, spans, files) => {
    const found = new Map<string, ListedEntity>();
    const parts = Object.fromEntries(Object.entries(files).map(([part, name]) => [part, file(name)]));
    for await (const entity of PARSERS[list].parse(parts, { publishedAt: null }))
      found.set(entity.entryId, entity);
    expect(found.size).toBe(count);
    const born = [...found.values()].flatMap(({ birthDates }) => birthDates);
    for (const date of born) expect(date).toMatch(/^\d{4}(-\d\d){0,2}(\/\d{4}(-\d\d){0,2})?$/);
    expect(
      [...found.values()].filter(({ birthDates }) => birthDates.some((date) => date.includes('/'))),
    ).toHaveLength(spans);
    // And the guard believes it as a first edition.
    const look = { facts: factsOfList([...found.values()]), publishedAt: null };
    expect(guard(null, look, { least: LEAST[list], percent: 100, has: () => true })).toBeNull();
    for (const { countries } of found.values())
      for (const country of countries) expect(country).toMatch(/^[A-Z]{2}$/);
  });
});
