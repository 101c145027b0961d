export const LANGUAGES = ['en', 'de', 'uk', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Phrases {
  /** The model is away. */
  readonly apology: string;
  /** The model insisted on something that is not true. */
  readonly notDone: string;
  /** As `notDone`, where something has been booked, moved or cancelled before. */
  readonly unfinished: string;
  /** The model declined to answer. */
  readonly cannotHelp: string;
  /** A booking was made or moved. */
  readonly booked: (code: string) => string;
  readonly cancelled: (code: string) => string;
}

/** What is said when no model may speak. */
const PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    apology: 'Sorry, I cannot answer right now. A colleague will get back to you here as soon as possible.',
    notDone:
      'Sorry, I could not complete that: nothing has been booked or changed. A colleague will get back to you here.',
    cannotHelp:
      'Sorry, I cannot help with that. I can tell you about our services, prices and opening hours, and book, move or cancel an appointment.',
    unfinished: 'Sorry, I could not complete the rest. A colleague will get back to you here.',
    booked: (code) => `Your booking stands; its code: ${code}.`,
    cancelled: (code) => `Your booking ${code} is cancelled.`,
  },
  de: {
    apology:
      'Entschuldigung, ich kann gerade nicht antworten. Jemand aus dem Team meldet sich hier so bald wie möglich.',
    notDone:
      'Entschuldigung, das konnte ich nicht abschließen: Es wurde nichts gebucht oder geändert. Jemand aus dem Team meldet sich hier.',
    cannotHelp:
      'Dabei kann ich leider nicht helfen. Ich gebe gern Auskunft über Leistungen, Preise und Öffnungszeiten und buche, verschiebe oder storniere Termine.',
    unfinished:
      'Entschuldigung, den Rest konnte ich nicht abschließen. Jemand aus dem Team meldet sich hier.',
    booked: (code) => `Ihr Termin steht; Ihr Code: ${code}.`,
    cancelled: (code) => `Ihr Termin ${code} ist storniert.`,
  },
  uk: {
    apology: 'Вибачте, зараз я не можу відповісти. Колега напише вам тут якнайшвидше.',
    notDone: 'Вибачте, не вдалося завершити: нічого не заброньовано і не змінено. Колега напише вам тут.',
    cannotHelp:
      'Вибачте, з цим я не допоможу. Я розповім про послуги, ціни та години роботи, а також запишу, перенесу чи скасую візит.',
    unfinished: 'Вибачте, решту завершити не вдалося. Колега напише вам тут.',
    booked: (code) => `Ваш запис збережено; код: ${code}.`,
    cancelled: (code) => `Ваш запис ${code} скасовано.`,
  },
  ru: {
    apology: 'Извините, сейчас я не могу ответить. Коллега напишет вам здесь как можно скорее.',
    notDone:
      'Извините, не получилось завершить: ничего не забронировано и не изменено. Коллега напишет вам здесь.',
    cannotHelp:
      'Извините, с этим я не помогу. Я расскажу об услугах, ценах и часах работы, а также запишу, перенесу или отменю визит.',
    unfinished: 'Извините, остальное завершить не получилось. Коллега напишет вам здесь.',
    booked: (code) => `Ваша запись сохранена; код: ${code}.`,
    cancelled: (code) => `Ваша запись ${code} отменена.`,
  },
};

export const isLanguage = (code: string): code is Language => (LANGUAGES as readonly string[]).includes(code);

export const phrases = (language: string): Phrases => PHRASES[isLanguage(language) ? language : 'en'];
