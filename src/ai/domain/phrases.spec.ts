import { isLanguage, LANGUAGES, phrases } from './phrases.js';
import { violationOf } from './supervisor.js';

const none = {
  codes: new Set<string>(),
  earlierCodes: new Set<string>(),
  bookingSeen: false,
  changeSeen: false,
};

describe('phrases', () => {
  it.each(LANGUAGES)('says everything in %s, in words of its own', (language) => {
    const { booked, cancelled, ...fixed } = phrases(language);
    const texts = [...Object.values(fixed), booked('K7M2QX'), cancelled('K7M2QX')];
    for (const text of texts) expect(text).toMatch(/\S[.!]$/);
    expect(new Set(texts).size).toBe(texts.length);
    expect(booked('K7M2QX')).toContain('K7M2QX');
    expect(cancelled('K7M2QX')).toContain('K7M2QX');
    for (const other of LANGUAGES)
      if (other !== language) expect(phrases(other).apology).not.toBe(fixed.apology);
  });

  it.each(LANGUAGES)('claims nothing in %s that the supervisor would not let a model claim', (language) => {
    const { apology, notDone, unfinished, cannotHelp } = phrases(language);
    for (const text of [apology, unfinished, cannotHelp, notDone])
      expect([text, violationOf(text, none)]).toEqual([text, null]);
  });

  it('speaks English where it does not know the language', () => {
    expect(phrases('fr')).toBe(phrases('en'));
    expect(phrases('__proto__')).toBe(phrases('en'));
    expect(isLanguage('de')).toBe(true);
    expect(isLanguage('DE')).toBe(false);
  });
});
