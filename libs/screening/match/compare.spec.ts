import * as fc from 'fast-check';
import { type Explanation, type ListEntry, type ScreeningQuery } from '../types.js';
import { ALERT_THRESHOLD, NAME_ALONE_CAP, PENALTY, STRONG_THRESHOLD } from '../weights.js';
import { compare } from './compare.js';

const person = (...names: string[]): ListEntry => ({
  id: 'p',
  kind: 'person',
  names: names.map((text) => ({ text })),
});
const company = (...names: string[]): ListEntry => ({ ...person(...names), kind: 'organisation' });
const score = (query: string, entry: ListEntry): number =>
  compare({ names: [query], kind: entry.kind }, entry).score;
const parts = ({ alignments, adjustments }: Explanation): number =>
  [...alignments, ...adjustments].reduce((sum, { points }) => sum + points, 0);

describe('a name against a listed name', () => {
  it.each([
    ['other order and punctuation', 'DOE, Jonathan Peter', 'Jonathan Peter Doe'],
    ['a patronymic left out', 'Arkady Belinsky', 'Arkady Romanovich Belinsky'],
    ['a typo', 'Arkady Belinskt', 'Arkady Belinsky'],
    ['a nickname', 'Ted Lundqvist', 'Theodore Lundqvist'],
    ['words written as one', 'ArkadyBelinsky', 'Arkady Belinsky'],
    ['a name cut in another place', 'Arka Dybelinsky', 'Arkady Belinsky'],
    ['Abd- written in three ways', 'Abdurrahman Qasimi', 'Abd al-Rahman Qassimi'],
    ['an initial', 'Arkady R. Belinsky', 'Arkady Romanovich Belinsky'],
    ['Cyrillic', 'Аркадий Щербаков', 'Arkadiy Shcherbakov'],
    ['Belarusian and Russian spellings', 'Siarhei Bialou', 'Sergey Belov'],
    ['a patronymic in another language', 'Dzianis Yauhenavich Orlau', 'Denis Evgenievich Orlov'],
    ['the patronymic of a daughter', 'Maryia Mikalaeuna Belinskaya', 'Maria Nikolaevna Belinskaya'],
    ['a title where the list has a name more', 'Sayyid Ali Belinsky', 'Ali Roman Belinsky'],
    ['Greek', 'Γεώργιος Παππάς', 'Georgios Pappas'],
    ['Arabic', 'عبد الرحمن القاسمي', 'Abdul Rahman al-Qasimi'],
    ['Hebrew', 'יצחק לוינסון', 'Yitzhak Levinson'],
    ['Hangul', '김철수', 'KIM Chol Su'],
    ['Han', '陈明国', 'Mingguo CHEN'],
    ['a patronymic in a Turkic language', 'Марат Ермек улы Белинский', 'Marat Ermekovich Belinsky'],
    ['long vowels that Arabic writes', 'غلامرضا ضیایی', 'Gholamreza Ziaei'],
    ['an Arabic name that ends as Russian ones do', 'يوسف حمدي', 'Youssef Hamdi'],
    ['the second Spanish surname left out', 'Juan Garcia', 'GARCIA LOPEZ, Juan'],
    ['a kunya where the list has a name more', 'Abu Nasser Sharif', 'Nasser Sharif Qasimi'],
  ])('is a hit with %s', (_, query, listed) => {
    expect(score(query, person(listed))).toBeGreaterThanOrEqual(ALERT_THRESHOLD);
  });

  it.each([
    ['another family name', 'Arkady Romanovich Belinsky', 'Arkady Romanovich Orlov'],
    ['another given name', 'Arkady Belinsky', 'Ludmila Belinsky'],
    ['initials alone', 'Arkady Romanovich Belinsky', 'A R B'],
    ['one common word', 'Mohammed Lundqvist', 'Mohammed'],
    ['other long vowels', 'حسین محمدی', 'Mohamed Hassan'],
    ['vowels that an Indic script writes', 'माया सैनी', 'Musanna'],
    ['two words that are only like others', 'Sabih Akar', 'SAATI, Ammar'],
    ['two words that as one sound like two others', 'Mary Allison', 'Marial Chan'],
    ['a syllable less', '建国 张', 'ZHANG, Jian'],
    ["the father's Spanish surname left out", 'Juan Lopez', 'GARCIA LOPEZ, Juan Maria'],
    ['the same in capitals', 'Juan Lopez', 'Juan Maria GARCIA LOPEZ'],
  ])('is no hit with %s', (_, query, listed) => {
    expect(score(query, person(listed))).toBeLessThan(ALERT_THRESHOLD);
  });

  it('counts legal forms little and names much', () => {
    expect(score('Belinsky Trading LLC', company('Limited Liability Company Belinsky Trading'))).toBe(
      NAME_ALONE_CAP,
    );
    expect(score('Belinsky Trading GmbH', company('Belinsky Trading LLC'))).toBeGreaterThan(ALERT_THRESHOLD);
    expect(score('Orlov Trading LLC', company('Belinsky Trading LLC'))).toBeLessThan(ALERT_THRESHOLD);
  });

  it.each([
    ['words of one meaning', 'Orlov Zavod Energiya', 'Orlov Energy Factory'],
    ['words of one root', 'Orlov Engineering Consultants', 'Orlov Engine Consulting'],
    ['a spelling of such a word', 'Orlov Promishlennaya', 'Orlov Industrial'],
    ['a number in words', '1st Orlov Bank', 'First Orlov Bank'],
    [
      'a much longer name',
      'Orlov Dvina',
      'Plant of Electric Aggregates Orlov Dvina, Saratov Production Association of the Volga Region',
    ],
  ])('knows an organisation by %s', (_, query, listed) => {
    expect(score(query, company(listed))).toBeGreaterThanOrEqual(ALERT_THRESHOLD);
  });

  it("leaves a Portuguese mother's surname out, which comes first", () => {
    expect(score('Joao Santos', person('GOMES DOS SANTOS, Joao'))).toBeGreaterThanOrEqual(ALERT_THRESHOLD);
  });

  it('takes an acronym in brackets for a name', () => {
    expect(score('BLTX', company('Belinsky Long Term Exchange (BLTX)'))).toBeGreaterThanOrEqual(
      ALERT_THRESHOLD,
    );
  });
});

describe('qualifiers', () => {
  const entry: ListEntry = {
    ...person('Arkady Belinsky'),
    countries: ['BY'],
    birthDates: ['1965', '1971-03-02'],
    gender: 'male',
    identifiers: ['AB 123-456'],
  };
  const query: ScreeningQuery = { names: ['Arkady Belinsky'], kind: 'person' };
  const with_ = (more: Partial<ScreeningQuery>): Explanation => compare({ ...query, ...more }, entry);

  it('never confirm by the name alone', () => {
    expect(with_({})).toMatchObject({ score: NAME_ALONE_CAP, band: 'MEDIUM' });
    expect(with_({ countries: ['by'], gender: 'male', birthDate: '1965' }).band).toBe('MEDIUM');
  });

  it('confirm by a full birth date, also with day and month swapped, and by an identifier', () => {
    expect(with_({ birthDate: '1971-02-03' })).toMatchObject({ score: 10_000, band: 'STRONG' });
    const found = with_({ names: ['Someone Else'], identifiers: ['ab123456'] });
    expect(found.score).toBeGreaterThanOrEqual(STRONG_THRESHOLD);
    expect(parts(found)).toBe(found.score);
  });

  it.each([
    [{ countries: ['SE'] }, 'country-conflict', PENALTY.country],
    [{ gender: 'female' as const }, 'gender-conflict', PENALTY.gender],
    [{ birthDate: '1990-01-01' }, 'birth-year-conflict', PENALTY.birthYear],
    [{ birthDate: '1971-08-09' }, 'birth-day-conflict', PENALTY.birthDay],
    [{ kind: 'organisation' as const }, 'kind-conflict', PENALTY.kind],
  ])('lower the score where they conflict: %j', (more, reason, penalty) => {
    expect(with_(more).adjustments).toContainEqual(expect.objectContaining({ reason, points: -penalty }));
    expect(with_(more).score).toBeLessThan(with_({}).score);
  });
});

describe('a span of birth dates', () => {
  const with_ = (listed: string[], birthDate: string): Explanation =>
    compare(
      { names: ['Arkady Belinsky'], kind: 'person', birthDate },
      { ...person('Arkady Belinsky'), birthDates: listed },
    );
  const alone = compare({ names: ['Arkady Belinsky'], kind: 'person' }, person('Arkady Belinsky')).score;

  it.each([
    ['1960/1965', '1960-01-01'],
    ['1960/1965', '1965-12-31'],
    ['1960/1965', '1963'],
    ['1962-03/1963-02', '1963-02-28'],
    ['1962-03/1963-02', '1962-03'],
    ['1961-01-01/1962-12-31', '1961'],
    ['1962-03/1963-02', '1962'],
  ])('%s is not contradicted by %s, and does not confirm it', (span, asked) => {
    const found = with_([span], asked);
    expect(found.score).toBe(alone);
    expect(found.qualifiers.birthDate).toBe('not-given');
    expect(found.band).toBe('MEDIUM');
  });

  it.each([
    ['1960/1965', '1966-05-05', 'birth-day-conflict', PENALTY.birthDay],
    ['1960/1965', '1959', 'birth-day-conflict', PENALTY.birthDay],
    ['1962-03/1963-02', '1962-02-28', 'birth-day-conflict', PENALTY.birthDay],
    ['1960/1965', '1967-01-01', 'birth-year-conflict', PENALTY.birthYear],
    ['1960/1965', '1958-12-31', 'birth-year-conflict', PENALTY.birthYear],
  ])('%s contradicts %s: %s', (span, asked, reason, penalty) => {
    const found = with_([span], asked);
    expect(found.qualifiers.birthDate).toBe('conflicts');
    expect(found.adjustments).toContainEqual(
      expect.objectContaining({ reason, points: -penalty, detail: `${asked} / ${span}` }),
    );
  });

  it('does not stand in the way of a full date that agrees', () => {
    expect(with_(['1990/1991', '1971-03-02'], '1971-03-02').qualifiers.birthDate).toBe('agrees');
    expect(with_(['1971-03-02', '1970/1972'], '1972-01-01').qualifiers.birthDate).toBe('not-given');
  });
});

describe('an explanation', () => {
  const word = fc.constantFrom(
    ...'arkady belinsky abd al rahman mohammed j orlov trading llc of 7 петров حسين 김철수 陈明 abdul ltd bank'.split(
      ' ',
    ),
  );
  const name = fc
    .array(fc.oneof(word, fc.string({ maxLength: 8 })), { minLength: 0, maxLength: 7 })
    .map((all) => all.join(' '));
  const kind = fc.constantFrom('person' as const, 'organisation' as const, 'unknown' as const);

  it('adds up to the score exactly, in integers, and comes out the same again', () => {
    fc.assert(
      fc.property(
        name,
        name,
        kind,
        kind,
        fc.boolean(),
        fc.option(fc.constantFrom('1970', '1970-01-02'), { nil: undefined }),
        (asked, listed, one, other, weak, birthDate) => {
          const entry: ListEntry = {
            id: 'e',
            kind: other,
            names: [{ text: listed, weak }],
            birthDates: ['1970-01-02'],
          };
          const query: ScreeningQuery = {
            names: [asked],
            kind: one,
            ...(birthDate === undefined ? {} : { birthDate }),
          };
          const found = compare(query, entry);
          expect(parts(found)).toBe(found.score);
          expect(Number.isInteger(found.score) && found.score >= 0 && found.score <= 10_000).toBe(true);
          expect(
            [...found.alignments, ...found.adjustments].every(({ points }) => Number.isInteger(points)),
          ).toBe(true);
          expect(compare(query, entry)).toEqual(found);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('names the words, the rules and what was left over', () => {
    const found = compare(
      { names: ['Arkadij Belinsky'], kind: 'person' },
      person('Other Name', 'Arkady Romanovich Belinsky'),
    );
    expect(found).toMatchObject({
      listName: 'Arkady Romanovich Belinsky',
      unmatchedQuery: [],
      unmatchedList: [{ word: 'romanovich' }],
    });
    expect(found.alignments.map(({ query, list, rule }) => [query[0], list[0], rule])).toEqual(
      expect.arrayContaining([
        ['belinsky', 'belinsky', 'exact'],
        ['arkadij', 'arkady', 'spelling'],
      ]),
    );
  });
});
