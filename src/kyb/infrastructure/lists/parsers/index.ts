import type { ListName } from '../../../domain/sources.js';
import { parseEu } from './eu.js';
import { parseOfac } from './ofac.js';
import type { ListParser } from './parser.js';
import { parseUk } from './uk.js';
import { parseUn } from './un.js';

/**
 * The parser of each list. `version` is raised whenever the same bytes are read otherwise than before, also by what all parsers share:
 * the list is then fetched and read again, and who is concerned is screened again. `endless`: its files have no end of their own, so that one that
 * was cut off between two rows is a whole one.
 */
export const PARSERS: Readonly<
  Record<ListName, { readonly version: number; readonly parse: ListParser; readonly endless?: boolean }>
> = {
  eu: { version: 2, parse: parseEu },
  un: { version: 2, parse: parseUn },
  uk: { version: 1, parse: parseUk, endless: true },
  ofac_sdn: { version: 2, parse: parseOfac },
  ofac_cons: { version: 2, parse: parseOfac },
};

export { type Bytes, type ListFiles, type ListMeta, ListRejected } from './parser.js';
