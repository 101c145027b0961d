import type { MailKind } from '../../contracts/index.js';
import { de } from './texts/de.js';
import { en } from './texts/en.js';
import { ru } from './texts/ru.js';
import { uk } from './texts/uk.js';

export interface MailFacts {
  /** The receiver's name; an invited person's is not known. */
  readonly name: string | null;
  readonly business: string;
  /** Until when the link is good, as people read it. */
  readonly until: string;
}

interface Words {
  readonly subject: string;
  readonly lines: readonly string[];
  /** What the link is called; a mail without a link has none. */
  readonly action?: string;
}

export interface Language {
  readonly greeting: (name: string | null) => string;
  readonly ignore: string;
  readonly mails: Readonly<Record<MailKind, (facts: MailFacts) => Words>>;
}

const LANGUAGES: Readonly<Record<string, Language>> = { en, de, uk, ru };

const languageOf = (tag: string): Language => LANGUAGES[tag.split('-')[0] ?? ''] ?? en;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** An instant as people of the language read it, in UTC. */
export const readable = (at: Date, language: string): string =>
  new Intl.DateTimeFormat(Object.hasOwn(LANGUAGES, language.split('-')[0] ?? '') ? language : 'en', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(at) + ' UTC';

/** Subject, plain text and simple HTML of a mail, in the business's language or else in English. */
export const mailText = (
  kind: MailKind,
  language: string,
  facts: MailFacts,
  link: string | null,
): { subject: string; text: string; html: string } => {
  const { greeting, ignore, mails } = languageOf(language);
  const { subject, lines, action } = mails[kind](facts);
  const hello = greeting(facts.name);
  const linked = action !== undefined && link !== null ? { action, link } : null;
  const text = [hello, ...lines, ...(linked ? [`${linked.action}:\n${linked.link}`] : []), ignore].join(
    '\n\n',
  );
  const paragraphs = [hello, ...lines].map((line) => `<p>${escaped(line)}</p>`);
  if (linked) paragraphs.push(`<p><a href="${escaped(linked.link)}">${escaped(linked.action)}</a></p>`);
  const html = `<!doctype html>
<html lang="${escaped(language)}"><body style="font-family:sans-serif">
${[...paragraphs, `<p><small>${escaped(ignore)}</small></p>`].join('\n')}
</body></html>
`;
  return { subject: subject.replace(/\s+/g, ' '), text: `${text}\n`, html };
};
