import { LEXICONS, LANGUAGES, lexiconsFor } from './lexicon/index.js';
import { isSalonTerm, personIn, type Named } from './matching.js';
import { fold } from './text.js';
import { tools, type Staff, type Step } from './tools.js';
import { numbered, type Turn } from './turn.js';
import { readWhen } from './when.js';

const everyday = new Set(LANGUAGES.flatMap((language) => LEXICONS[language].hints.split('|')));

/** Words after "with" and the like that can be a name at all: not a day, not a service, not a common word. */
export const possibleNames = ({ heard, now }: Turn): string[] =>
  heard.persons.filter((word) => {
    const folded = fold(word);
    if (folded.length < 3 || everyday.has(folded) || isSalonTerm(folded)) return false;
    return readWhen(folded, lexiconsFor(heard.language), now) === null;
  });

/** People known from earlier results, without asking. */
export const knownPeople = ({ memory }: Turn): Named[] => {
  const people = new Map<string, string>();
  for (const { id, name } of memory.staff ?? []) people.set(id, name);
  for (const { staffIds, staffNames } of memory.offer) {
    staffIds.forEach((id, at) => {
      const name = staffNames[at];
      if (name) people.set(id, name);
    });
  }
  return [...people].map(([id, name]) => ({ id, name }));
};

export function* staffOf(turn: Turn): Step<readonly Staff[] | null> {
  if (turn.memory.staff) return turn.memory.staff;
  const result = yield* tools.listStaff();
  if (result.ok) turn.memory.staff = result.value;
  return result.ok ? result.value : null;
}

/**
 * Notes the person whom the customer wants. Answers a text when they named someone who is not there or does not do the
 * service, else null.
 */
export function* notePerson(turn: Turn, serviceId: string): Step<string | null> {
  const { heard, memory, phrases } = turn;
  if (heard.intents.has('anyone')) {
    const held = memory.hold?.staffName;
    const staff = held === undefined ? null : yield* staffOf(turn);
    const another = staff?.find(({ name, serviceIds }) => name !== held && serviceIds.includes(serviceId));
    memory.staffId = another?.id ?? null;
    return null;
  }
  const names = possibleNames(turn);
  if (names.length === 0) {
    const alone = personIn(
      heard.tokens.filter((token) => token.length > 2 && !everyday.has(token)),
      knownPeople(turn),
    );
    if (alone) memory.staffId = alone.id;
    return null;
  }
  const staff = yield* staffOf(turn);
  if (!staff) return null;
  const able = staff.filter(({ serviceIds }) => serviceIds.length === 0 || serviceIds.includes(serviceId));
  const person = personIn(names, able);
  if (person) {
    memory.staffId = person.id;
    return null;
  }
  const meant =
    personIn(names, staff) !== null ||
    names.some((name) => heard.language !== 'de' && /^\p{Lu}\p{Ll}/u.test(name));
  if (!meant || able.length === 0) return null;
  return phrases.unknownPerson(numbered(able.map(({ name }) => name)));
}
