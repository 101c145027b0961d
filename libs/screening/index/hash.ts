/** FNV-1a of a key of one kind; collisions cost a comparison, never a result. */
export const hashOf = (kind: number, text: string): number => finish(hashOn(seedOf(kind), text, 0));

/** What the hash of a key of this kind begins with. */
export const seedOf = (kind: number): number => Math.imul(kind, 0x9e3779b1) ^ 0x811c9dc5;

/** A hash of more letters: of `text` from `from` on. */
export const hashOn = (begun: number, text: string, from: number): number => {
  let hash = begun;
  for (let at = from; at < text.length; at += 1) hash = letterOn(hash, text, at);
  return hash;
};

/** A hash of one letter more. */
export const letterOn = (begun: number, text: string, at: number): number =>
  Math.imul(begun ^ text.charCodeAt(at), 0x01000193);

/** Spreads what was hashed over all bits: tables go by the upper ones. */
export const finish = (begun: number): number => {
  const hash = Math.imul(begun ^ (begun >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
};
