/** What a turn has done through tools: the only ground on which a reply may speak of bookings. */
export interface TurnEvidence {
  /** Codes of bookings confirmed or moved in this turn, or read from the calendar in it. */
  readonly codes: ReadonlySet<string>;
  /** Codes that this thread was told before; they may be repeated, not claimed anew. */
  readonly earlierCodes: ReadonlySet<string>;
  /** A booking was made, moved, or seen in the calendar in this turn. */
  readonly bookingSeen: boolean;
}

export type Violation = 'claims-booking' | 'unknown-code' | 'empty';

/** How each language says that a booking now exists. */
const CLAIMS: readonly RegExp[] = [
  /\b(?:is|are|was|been|you're|i've|have|has|all|successfully)\s+(?:now\s+|all\s+|been\s+)?(?:booked|confirmed|scheduled)\b/i,
  /\bbooking (?:is )?(?:confirmed|complete|made)\b/i,
  /\b(?:booked|confirmed) (?:you|your|it)\b/i,
  /\b(?:ist|sind|wurde|hiermit)\b[^.!?]{0,40}\b(?:gebucht|bestätigt|eingetragen|reserviert)/i,
  /\b(?:habe|haben)\b[^.!?]{0,60}\b(?:gebucht|eingetragen)/i,
  /\b(?:buchung|termin) (?:ist )?(?:bestätigt|gebucht)/i,
  /(?:^|[^\p{L}])(?:заброньован|підтверджен|запис підтвердж|записала вас|записав вас|вас записан)/iu,
  /(?:^|[^\p{L}])(?:забронирован|подтвержд[её]н|записала вас|записал вас|вы записан)/iu,
];

/** A claim that is asked, wished or denied is none. */
const HEDGES =
  /\?|\b(?:not|isn't|n't|once|when|if|until|before|shall|should|would|could|can|to be|nicht|noch|kein|soll|wenn|sobald)\b|(?:^|[^\p{L}])(?:не|ще|еще|ещё|якщо|если|коли|когда|чи)(?=[^\p{L}]|$)/iu;

const CODE = /(?:code|kod|код\p{L}*|№|#)\W{0,4}([A-HJKMNP-Z2-9]{6})(?![\p{L}\p{N}])/giu;

const sentencesOf = (text: string): string[] => text.match(/[^.!?\n]+[.!?]*/gu) ?? [];

/**
 * What is wrong with a reply; null when it may be sent. Models were seen to tell customers of bookings that no tool had
 * made: so a claim needs evidence from this turn, and a code needs to be one that the calendar gave.
 */
export const violationOf = (text: string, evidence: TurnEvidence): Violation | null => {
  if (text.trim() === '') return 'empty';
  for (const [, code] of text.matchAll(CODE)) {
    const known =
      code && (evidence.codes.has(code.toUpperCase()) || evidence.earlierCodes.has(code.toUpperCase()));
    // A code mixes letters and digits; six letters after "code" are an ordinary word.
    if (!known && /\d/.test(code ?? '')) return 'unknown-code';
  }
  if (evidence.bookingSeen) return null;
  const claimed = sentencesOf(text).some((s) => !HEDGES.test(s) && CLAIMS.some((claim) => claim.test(s)));
  return claimed ? 'claims-booking' : null;
};

/** What the model is told, once, before the reply is given up. */
export const CORRECTIONS: Readonly<Record<Violation, string>> = {
  'claims-booking':
    'Your reply says that a booking exists, but no tool made or showed one in this turn. Either call the tools that make it true, or write a reply that does not claim it.',
  'unknown-code': 'Your reply names a booking code that no tool returned. Use only codes from tool results.',
  empty: 'Your reply was empty. Write a reply to the customer.',
};
