/** Removes what people put into numbers, and raises letters. */
export const plainNumber = (text: string): string => text.replace(/[\s.\-/·]/g, '').toUpperCase();

/**
 * A VAT number in its one form: prefix of two letters, no spaces; GR becomes EL, as VIES wants it. null when it has no such shape:
 * prefix and 2 to 13 letters, digits, `+` or `*` (Council Regulation 904/2010 and VIES).
 */
export const vatNumberOf = (text: string): string | null => {
  const plain = plainNumber(text).replace(/^GR/, 'EL');
  return /^[A-Z]{2}[0-9A-Z+*]{2,13}$/.test(plain) && /\d/.test(plain) ? plain : null;
};

/** A LEI with its check digits right (ISO 17442, ISO 7064 mod 97-10); null when it is none. */
export const leiOf = (text: string): string | null => {
  const plain = plainNumber(text);
  if (!/^[0-9A-Z]{18}\d{2}$/.test(plain)) return null;
  let rest = 0;
  for (const each of plain) {
    const value = Number.parseInt(each, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? plain : null;
};
