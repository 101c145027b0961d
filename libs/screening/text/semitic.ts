/**
 * Arabic, Persian, Pashto, Urdu and Hebrew write consonants and long vowels. Each letter stands for the consonants that
 * Latin spellings give it; `.` is none (a long vowel, or ayn). Sources: the Unicode names of the letters, BGN/PCGN and
 * UNGEGN romanisations of Arabic, Persian, Pashto and Hebrew.
 */
const LETTERS: Readonly<Record<string, string>> = {
  ا: '.',
  أ: '.',
  إ: '.',
  آ: '.',
  ٱ: '.',
  ب: 'b',
  پ: 'p',
  ت: 't',
  ث: 's|t',
  ج: 'j|g',
  چ: 'C',
  ح: 'h',
  خ: 'h',
  د: 'd',
  ذ: 'd|z|t',
  ر: 'r',
  ز: 'z',
  ژ: 'j|z',
  س: 's',
  ش: 'S|C',
  ص: 's',
  ض: 'd|z',
  ط: 't',
  ظ: 'z|d',
  ع: '.',
  غ: 'g',
  ف: 'f',
  ق: 'k|g',
  ک: 'k',
  ك: 'k',
  گ: 'g',
  ل: 'l',
  م: 'm',
  ن: 'n',
  ه: 'h',
  ھ: 'h',
  ة: '.',
  ۀ: '.',
  و: '.|v',
  ؤ: '.',
  ی: '.',
  ي: '.',
  ى: '.',
  ئ: '.',
  ء: '.',
  ے: '.',
  ې: '.',
  ۍ: '.',
  ڤ: 'v',
  ټ: 't',
  ډ: 'd',
  ړ: 'r',
  ږ: 'j|g',
  ښ: 'S|h',
  ګ: 'g',
  ڼ: 'n',
  څ: 'T|s',
  ځ: 'z',
  ٹ: 't',
  ڈ: 'd',
  ڑ: 'r',
  ں: 'n',
  ہ: 'h',
  ۃ: '.',
  א: '.',
  ב: 'b|v',
  ג: 'g',
  ד: 'd',
  ה: 'h',
  ו: '.|v',
  ז: 'z',
  ח: 'h|C',
  ט: 't',
  י: '.',
  כ: 'k|h|C',
  ך: 'k|h|C',
  ל: 'l',
  מ: 'm',
  ם: 'm',
  נ: 'n',
  ן: 'n',
  ס: 's',
  ע: '.',
  פ: 'p|f',
  ף: 'p|f',
  צ: 'T|z',
  ץ: 'T|z',
  ק: 'k',
  ר: 'r',
  ש: 'S|s',
  ת: 't',
};
const MAXIMUM_VARIANTS = 12;
const MUTE_AT_END = new Set('هةהۀہھۃحח');
const GLIDES = new Set('يیיې');
const CONSONANT_AT_START: Readonly<Record<string, string>> = { و: 'v', ו: 'v' };

const codeOf = (letter: string): number => letter.charCodeAt(0);

/** The vowels that a long one may be written with: of alef, ya and waw, and of a ya that ends a word. */
const LONG: Readonly<Record<string, string>> = {
  ا: '3',
  آ: '3',
  ی: '1',
  ي: '1',
  ې: '1',
  ۍ: '1',
  ے: '1',
  و: '2',
  ى: '4',
  ו: '2',
  י: '1',
};
const YA = '1';
const ANY_VOWEL = '4';
/** Amr is written with a waw that is not spoken. */
const AMR = 'عمرو';

/**
 * All Latin consonant skeletons that a word in a script without short vowels may be written with, at most 12, with a digit for each
 * long vowel that is written, but for one that begins the word: `hs1n`.
 */
export const vocalsOf = (word: string): string[] => {
  const letters = [...(word === AMR ? word.slice(0, -1) : word)].filter(
    (letter) => LETTERS[letter] !== undefined,
  );
  let forms: string[] = [''];
  letters.forEach((letter, at) => {
    const start = at === 0;
    const end = at === letters.length - 1;
    const long = end && LONG[letter] === YA ? ANY_VOWEL : (LONG[letter] ?? '');
    let options = (LETTERS[letter] ?? '.')
      .split('|')
      .map((each) => (each === '.' ? (start ? 'A' : long) : each));
    if (start && CONSONANT_AT_START[letter] !== undefined) options = ['v'];
    if (end && at > 0 && MUTE_AT_END.has(letter)) options = ['', 'h'].slice(0, letter === 'ة' ? 1 : 2);
    if (start && GLIDES.has(letter)) options = ['A'];
    const next: string[] = [];
    for (const form of forms)
      for (const option of options) {
        if (next.length >= MAXIMUM_VARIANTS) break;
        next.push(option !== '' && form.endsWith(option) ? form : form + option);
      }
    forms = next;
  });
  return [
    ...new Set(forms.filter((form) => bonesOf(form) !== '').flatMap((form) => asDigraphs(single(form)))),
  ];
};

/** The skeleton alone. */
export const bonesOf = (vocal: string): string => single(vocal.replace(/[1-4]/g, ''));
const single = (text: string): string => text.replace(/(.)\1+/g, '$1').replace(/[14](?=[14])/g, '');

/** What two words in a row are written with. */
export const joinVocals = (first: readonly string[], second: readonly string[]): string[] => {
  const vocals = new Set<string>();
  for (const a of first)
    for (const b of second) if (vocals.size < MAXIMUM_VARIANTS) vocals.add(single(a + b.replace(/^A/, '')));
  return [...vocals];
};

/** Two consonants side by side that a Latin reader takes for one: Ishaq, Azhar. */
const asDigraphs = (form: string): string[] => {
  const taken = form
    .replace(/sh/g, 'S')
    .replace(/zh/g, 'j')
    .replace(/kh/g, 'h')
    .replace(/([dtg])h/g, '$1');
  return taken === form ? [form] : [form, taken];
};

const setOf = (letters: string): Uint8Array => {
  const found = new Uint8Array(128);
  for (const letter of letters) found[letter.charCodeAt(0)] = 1;
  return found;
};
const VOWELS = setOf('aeiouy');
/** By the code of a digit: the letters that a long vowel may be written with. */
const MARKS: readonly (Uint8Array | undefined)[] = Object.assign([] as Uint8Array[], {
  [codeOf('1')]: setOf('iey'),
  [codeOf('2')]: setOf('ouy'),
  [codeOf('3')]: setOf('aeo'),
  [codeOf('4')]: VOWELS,
});
const START = codeOf('A');

/**
 * Whether a Latin word, as `vocalsIn` has it, has the long vowels that another script writes, where that writes them. A consonant may
 * come twice where the other has it once.
 */
export const hasVowels = (latin: string, vocal: string): boolean => {
  let at = 0;
  let before = 0;
  const skipVowels = (): void => {
    while (VOWELS[latin.charCodeAt(at)] === 1) at += 1;
  };
  for (let each = 0; each < vocal.length; each += 1) {
    const code = vocal.charCodeAt(each);
    if (code === START) continue;
    const mark = MARKS[code];
    if (mark !== undefined) {
      while (VOWELS[latin.charCodeAt(at)] === 1 && mark[latin.charCodeAt(at)] !== 1) at += 1;
      if (VOWELS[latin.charCodeAt(at)] !== 1) return false;
      at += 1;
      continue;
    }
    skipVowels();
    if (latin.charCodeAt(at) !== code && latin.charCodeAt(at) === before) {
      at += 1;
      skipVowels();
    }
    if (latin.charCodeAt(at) !== code) return false;
    at += 1;
    before = code;
  }
  skipVowels();
  if (latin.charCodeAt(at) === before) at += 1;
  skipVowels();
  return at >= latin.length;
};
