export const LANGUAGES = ['en', 'de', 'uk', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

interface Phrases {
  /** The model is away. */
  readonly apology: string;
  /** The model insisted on something that is not true. */
  readonly notDone: string;
  /** The model declined to answer. */
  readonly cannotHelp: string;
}

/** What is said when no model may speak. */
const PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    apology: 'Sorry, I cannot answer right now. A colleague will get back to you here as soon as possible.',
    notDone: 'Sorry, I could not complete that: nothing has been booked or changed. A colleague will get back to you here.',
    cannotHelp: 'Sorry, I cannot help with that. I can tell you about our services, prices and opening hours, and book, move or cancel an appointment.',
  },
  de: {
    apology: 'Entschuldigung, ich kann gerade nicht antworten. Jemand aus dem Team meldet sich hier so bald wie möglich.',
    notDone: 'Entschuldigung, das konnte ich nicht abschließen: Es wurde nichts gebucht oder geändert. Jemand aus dem Team meldet sich hier.',
    cannotHelp: 'Dabei kann ich leider nicht helfen. Ich gebe gern Auskunft über Leistungen, Preise und Öffnungszeiten und buche, verschiebe oder storniere Termine.',
  },
  uk: {
    apology: 'Вибачте, зараз я не можу відповісти. Колега напише вам тут якнайшвидше.',
    notDone: 'Вибачте, не вдалося завершити: нічого не заброньовано і не змінено. Колега напише вам тут.',
    cannotHelp: 'Вибачте, з цим я не допоможу. Я розповім про послуги, ціни та години роботи, а також запишу, перенесу чи скасую візит.',
  },
  ru: {
    apology: 'Извините, сейчас я не могу ответить. Коллега напишет вам здесь как можно скорее.',
    notDone: 'Извините, не получилось завершить: ничего не забронировано и не изменено. Коллега напишет вам здесь.',
    cannotHelp: 'Извините, с этим я не помогу. Я расскажу об услугах, ценах и часах работы, а также запишу, перенесу или отменю визит.',
  },
};

export const isLanguage = (code: string): code is Language => (LANGUAGES as readonly string[]).includes(code);

export const phrases = (language: string): Phrases => PHRASES[isLanguage(language) ? language : 'en'];
