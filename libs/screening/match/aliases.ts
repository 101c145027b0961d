import { type ListEntry } from '../types.js';
import { type ParsedName, parseName } from './name.js';

/** One reading of one of an entry's names. */
export interface Alias {
  readonly parsed: ParsedName;
  readonly weak: boolean;
  /** Position among the entry's names. */
  readonly at: number;
}

const ACRONYM = /\(\s*([\p{L}\p{N}][\p{L}\p{N}.&-]{2,11})\s*\)/u;

/** All readings of an entry's names: an organisation's acronym in brackets is a name of its own. */
export const aliasesOf = (entry: ListEntry): Alias[] =>
  entry.names.flatMap(({ text, weak = false }, at) =>
    readings(text, entry).map((reading) => ({
      parsed: { ...parseName(reading, entry.kind), text },
      weak,
      at,
    })),
  );

const readings = (text: string, entry: ListEntry): string[] => {
  const acronym = entry.kind === 'organisation' && text.includes('(') ? ACRONYM.exec(text) : null;
  const [bracketed, inside = ''] = acronym ?? [];
  if (bracketed === undefined || inside !== inside.toUpperCase() || inside.toLowerCase() === inside)
    return [text];
  const without = text.replace(bracketed, ' ').trim();
  return without === '' ? [text] : [text, without, inside];
};
