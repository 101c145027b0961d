const MARKS = /\p{M}+/gu;
const WORD = /[\p{L}\p{N}]+/gu;
const MOST = 100;

/** The distinct words of names, without case and marks: what a search by name is looked up by. At most 100. */
export const wordsOf = (names: readonly string[]): string[] => {
  const words = names.flatMap(
    (name) => name.normalize('NFKD').replace(MARKS, '').toLowerCase().match(WORD) ?? [],
  );
  return [...new Set(words)].sort().slice(0, MOST);
};
