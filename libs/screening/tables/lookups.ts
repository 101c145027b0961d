import { ORGANISATION_WORDS, PERSON_WORDS } from './frequencies.data.js';
import { LEGAL_FORMS } from './legal-forms.data.js';

const pairs = (packed: string): [string, string][] =>
  packed.split(';').flatMap((group) => {
    const [key = '', words = ''] = group.split(/:(.*)/s);
    return words.split('|').map((word): [string, string] => [word, key]);
  });

const levels = (packed: string): ReadonlyMap<string, number> =>
  new Map(pairs(packed).map(([word, level]) => [word, Number(level)]));

/** Word to the logarithm (base 2) of how many listed persons bear it; rarer than 16: absent. */
export const PERSON_LEVELS = levels(PERSON_WORDS);
export const ORGANISATION_LEVELS = levels(ORGANISATION_WORDS);

/** Forms of state and other bodies as lists put them in English, which neither of the sources has. */
const MORE_FORMS =
  'SOE:federal state enterprise|federal treasury enterprise|federal state treasury enterprise|federal budgetary institution|' +
  'federal autonomous institution|federal state autonomous institution|federal government institution|unitary enterprise|' +
  'republican unitary enterprise|republican unitary production enterprise|municipal unitary enterprise|private unitary enterprise|' +
  'state owned enterprise|fsue;' +
  'JSC:nonpublic joint stock company|non public joint stock company;' +
  'NGO:autonomous noncommercial organization|autonomous non commercial organization|autonomous nonprofit organization';

/** Phrase of Latin words to its class, such as `limited liability company` to `LLC`. */
export const FORM_CLASSES: ReadonlyMap<string, string> = new Map([
  ...pairs(MORE_FORMS),
  ...pairs(LEGAL_FORMS),
]);
/** First word of phrases to the words of the longest that begins with it. */
export const LONGEST_FORMS: ReadonlyMap<string, number> = new Map(
  [...FORM_CLASSES.keys()]
    .map((phrase): [string, number] => [phrase.split(' ', 1)[0] ?? '', phrase.split(' ').length])
    .sort(([, a], [, b]) => a - b),
);
