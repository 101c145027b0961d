export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Words in the business's language, or else in English. `language`: BCP 47. */
export const wordsIn = <W>(languages: Readonly<{ en: W } & Record<string, W>>, language: string): W =>
  languages[language.split('-')[0] ?? ''] ?? languages.en;

/** An instant as people read it, in UTC, in the language of the words. */
export const instantIn = (languages: object, language: string, at: Date): string => {
  const known = Object.hasOwn(languages, language.split('-')[0] ?? '');
  const format = new Intl.DateTimeFormat(known ? language : 'en', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${format.format(at)} UTC`;
};

/** Plain text and simple HTML of the same lines. */
export const letterOf = (subject: string, lines: readonly string[]): Letter => ({
  subject,
  text: lines.join('\n\n'),
  html: lines.map((line) => `<p>${escaped(line)}</p>`).join(''),
});
