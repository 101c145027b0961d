import type { ListName } from '../../../domain/sources.js';
import { parseEu } from './eu.js';
import { parseOfac } from './ofac.js';
import type { ListParser } from './parser.js';
import { parseUk } from './uk.js';
import { parseUn } from './un.js';

export const PARSERS: Readonly<Record<ListName, ListParser>> = {
  eu: parseEu,
  un: parseUn,
  uk: parseUk,
  ofac_sdn: parseOfac,
  ofac_cons: parseOfac,
};

export { type Bytes, type ListFiles, type ListMeta, ListRejected } from './parser.js';
