import { NAME_FILLERS, SALON_TERMS } from './lexicon/salon-terms.js';
import { fold, soundOf, soundsLike, tokensOf } from './text.js';

export interface Named {
  readonly id: string;
  readonly name: string;
}

const termOf = (token: string): number => {
  let best = -1;
  let length = 0;
  SALON_TERMS.forEach((stems, term) => {
    for (const stem of stems) {
      const whole = stem.length <= 4 && /^[a-z]+$/u.test(stem);
      const fits = whole ? token === stem || token === `${stem}s` : token.startsWith(stem);
      if (fits && stem.length > length) {
        best = term;
        length = stem.length;
      }
    }
  });
  return best;
};

/** "women's" is "women"; German compounds fall apart: "haarfarbe" stays, "herrenhaarschnitt" becomes two words. */
const wordsOf = (text: string): string[] =>
  tokensOf(fold(text).replace(/make[- ]up/gu, 'makeup')).flatMap((token) => {
    const bare = token.replace(/'\p{L}*$/u, '');
    const compound = /^(herren|damen|männer|frauen|kinder|bart|gesichts|gel)(.{4,})$/u.exec(bare);
    return compound
      ? [compound[1] ?? '', compound[2] ?? '']
      : [/^[\p{Script=Cyrillic}]/u.test(token) ? token : bare];
  });

const alike = (said: string, named: string): boolean => {
  if (said === named) return true;
  const term = termOf(named);
  if (term >= 0 && term === termOf(said)) return true;
  const [heard, meant] = [soundOf(said), soundOf(named)];
  if (heard.length < 4 || meant.length < 4) return heard === meant && heard.length > 1;
  const common = Math.min(heard.length, meant.length, Math.max(4, meant.length - 2));
  return (
    heard.slice(0, common) === meant.slice(0, common) &&
    Math.abs(heard.length - meant.length) <= (meant.length >= 7 ? 3 : 2)
  );
};

/** The services that are meant by a text: none, the one, or those between which the customer must choose. */
export const servicesIn = <S extends Named>(text: string, services: readonly S[]): S[] => {
  const said = wordsOf(text).filter((word) => !NAME_FILLERS.has(word));
  if (said.length === 0) return [];
  const scored = services.map((service) => {
    const words = wordsOf(service.name).filter((word) => !NAME_FILLERS.has(word));
    const hits = words.filter((word) => said.some((token) => alike(token, word))).length;
    const heard = said.filter((token) => words.some((word) => alike(token, word)));
    return { service, hits, heard, whole: words.length > 0 && hits === words.length };
  });
  const most = Math.max(...scored.map(({ hits }) => hits), 0);
  if (most === 0) return [];
  const best = scored.filter(({ hits }) => hits === most);
  const whole = best.filter((candidate) => candidate.whole);
  // "Manicure" is meant before "Gel manicure", but not before the haircut of "a manicure and a haircut".
  const covered = new Set(whole.flatMap(({ heard }) => heard));
  const kept = best.filter(
    (one) => whole.length === 0 || one.whole || one.heard.some((token) => !covered.has(token)),
  );
  return kept.map(({ service }) => service);
};

/** The person whose name stands behind a spoken form, in any case. A full name is found by either of its parts. */
export const personIn = <P extends Named>(spoken: readonly string[], people: readonly P[]): P | null => {
  for (const word of spoken) {
    const found = people.find(({ name }) => name.split(/\s+/u).some((part) => soundsLike(word, part)));
    if (found) return found;
  }
  return null;
};

/** Whether a word is about a service, so that no person is looked for behind it. */
export const isSalonTerm = (word: string): boolean => termOf(fold(word)) >= 0;
