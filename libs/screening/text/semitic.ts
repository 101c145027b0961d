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

/** All Latin consonant skeletons that a word in a script without short vowels may be written with; at most 12. */
export const skeletonsOf = (word: string): string[] => {
  const letters = [...word].filter((letter) => LETTERS[letter] !== undefined);
  let forms: string[] = [''];
  letters.forEach((letter, at) => {
    const start = at === 0;
    const end = at === letters.length - 1;
    let options = (LETTERS[letter] ?? '.')
      .split('|')
      .map((each) => (each === '.' ? (start ? 'A' : '') : each));
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
  return [...new Set(forms.filter((form) => form !== '').flatMap(asDigraphs))];
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
