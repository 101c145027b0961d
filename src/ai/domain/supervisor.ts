/** What a turn has done through tools: the only ground on which a reply may speak of bookings. */
export interface TurnEvidence {
  /** Codes of bookings confirmed or moved in this turn, or read from the calendar in it. */
  readonly codes: ReadonlySet<string>;
  /** Codes that this thread was told before; they may be repeated, not claimed anew. */
  readonly earlierCodes: ReadonlySet<string>;
  /** A booking was made, moved, or seen in the calendar in this turn. */
  readonly bookingSeen: boolean;
  /** A booking was moved or cancelled in this thread, in this turn or before. */
  readonly changeSeen: boolean;
}

export type Violation = 'claims-booking' | 'claims-change' | 'unknown-code' | 'empty';

/** How each language says that a booking now exists. */
const CLAIMS: readonly RegExp[] = [
  /\b(?:is|are|was|been|you're|i've|have|has|all|successfully)\s+(?:now\s+|all\s+|been\s+)?(?:booked|confirmed|scheduled)\b/i,
  /\bbooking (?:is )?(?:confirmed|complete|made)\b/i,
  /\b(?:booked|confirmed) (?:you|your|it)\b/i,
  /^\W*(?:all )?(?:booked|confirmed)\s*[!.]/i,
  /\b(?:appointment|booking) is (?:now )?(?:set|made)\b/i,
  /\b(?:ist|sind|wurde|hiermit)\b[^.!?]{0,40}\b(?:gebucht|bestätigt|eingetragen|reserviert)/i,
  /\b(?:habe|haben)\b[^.!?]{0,60}\b(?:gebucht|eingetragen)/i,
  /\b(?:buchung|termin) (?:ist )?(?:bestätigt|gebucht)/i,
  /(?:^|[^\p{L}])(?:заброньован|підтверджен|запис підтвердж|запис (?:створен|оформлен)|записала вас|записав вас|вас записан)/iu,
  /(?:^|[^\p{L}])(?:забронирован|подтвержд[её]н|запись (?:создан|оформлен)|записала вас|записал вас|вы записан)/iu,
];

/** How each language says that a booking was moved or cancelled. */
const CHANGES: readonly RegExp[] = [
  /\b(?:is|are|was|been|i've|have|has|successfully)\s+(?:now\s+|been\s+)?(?:cancell?ed|rescheduled|moved)\b/i,
  /\b(?:cancell?ed|rescheduled|moved) (?:your|the|it)\b/i,
  /\b(?:ist|sind|wurde|habe|haben)\b[^.!?]{0,60}\b(?:storniert|verschoben|abgesagt)/i,
  /(?:^|[^\p{L}])(?:скасован|скасувал|перенесен|перенесл)/iu,
  /(?:^|[^\p{L}])(?:отмен[её]н|отменил|перенес[её]н|перенесл)/iu,
];

/** A claim that is asked, wished or denied is none. */
const HEDGES =
  /\?|\b(?:not|isn't|n't|once|when|if|until|before|shall|should|would|could|can|to be|nicht|noch|kein|soll|wenn|sobald)\b|(?:^|[^\p{L}])(?:не|ще|еще|ещё|якщо|если|коли|когда|чи)(?=[^\p{L}]|$)/iu;

/** What follows a word for a code, a few words later at most: any mix of capitals and digits is meant as one. */
const NAMED_CODE =
  /(?:[Cc]ode|CODE|\b[Kk]od|[Кк]од|№|#)\p{L}*(?:[\s:,–—-]+\p{Ll}+){0,5}[^\p{L}\p{N}.!?\n]{0,4}((?:[A-Z0-9][A-Z0-9-]{3,11}|[A-HJKMNP-Za-hjkmnp-z2-9]{6}))(?![\p{L}\p{N}])/gu;
/** What looks as the calendar's codes do, wherever it stands. */
const BARE_CODE = /(?<![\p{L}\p{N}-])(?=[A-Z]*\d)(?=\d*[A-Z])([A-HJKMNP-Z2-9]{6})(?![\p{L}\p{N}-])/gu;
/** Six small letters after "code" are an ordinary word. */
const MEANT = /\d|^[A-HJKMNP-Z]{6}$/;

const codesIn = (text: string): string[] =>
  [...text.matchAll(NAMED_CODE), ...text.matchAll(BARE_CODE)]
    .map(([, code = '']) => code)
    .filter((code) => MEANT.test(code));

const sentencesOf = (text: string): string[] => text.match(/[^.!?\n]+[.!?]*/gu) ?? [];

const claims = (text: string, patterns: readonly RegExp[]): boolean =>
  sentencesOf(text).some((s) => !HEDGES.test(s) && patterns.some((pattern) => pattern.test(s)));

/**
 * What is wrong with a reply; null when it may be sent. Models were seen to tell customers of bookings that no tool had
 * made: so a claim needs evidence from this turn, and a code needs to be one that the calendar gave.
 */
export const violationOf = (text: string, evidence: TurnEvidence): Violation | null => {
  if (text.trim() === '') return 'empty';
  const known = (code: string): boolean => evidence.codes.has(code) || evidence.earlierCodes.has(code);
  if (!codesIn(text).every((code) => known(code.toUpperCase()))) return 'unknown-code';
  if (!evidence.bookingSeen && claims(text, CLAIMS)) return 'claims-booking';
  return !evidence.changeSeen && claims(text, CHANGES) ? 'claims-change' : null;
};

/** What the model is told, once, before the reply is given up. */
export const CORRECTIONS: Readonly<Record<Violation, string>> = {
  'claims-booking':
    'Your reply says that a booking exists, but no tool made or showed one in this turn. Either call the tools that make it true, or write a reply that does not claim it.',
  'claims-change':
    'Your reply says that a booking was moved or cancelled, but no tool did it. Either call the tools that make it true, or write a reply that does not claim it.',
  'unknown-code': 'Your reply names a booking code that no tool returned. Use only codes from tool results.',
  empty: 'Your reply was empty. Write a reply to the customer.',
};
