/** Values by hash, those of one bucket side by side and in order: hash, value, hash, value, ... */
export interface HashTable {
  readonly pairs: Uint32Array;
  /** Where buckets begin, in pairs; the upper bits of a hash are its bucket. One more than there are buckets. */
  readonly buckets: Uint32Array;
}

const FEWEST_BITS = 4;
const MOST_BITS = 24;
/** Pairs of a bucket, about. */
const FILL = 4;

export const sharedUint32 = (length: number): Uint32Array =>
  new Uint32Array(new SharedArrayBuffer(length * 4));

/** How far a hash is shifted to become the number of its bucket. */
export const bucketShift = ({ buckets }: HashTable): number => 32 - Math.log2(buckets.length - 1);

/** Few enough parts that the processor keeps the ends of all at hand, and each small enough to be kept whole. */
const MOST_PART_BITS = 9;

/**
 * A table in shared memory, the same whatever order the pairs come in. Pairs are dealt out to parts first, then each part to its
 * buckets: straight to the buckets every pair would be one more miss of the processor's cache.
 */
export const hashTable = (hashes: Uint32Array, values: Uint32Array): HashTable => {
  const bits = Math.max(FEWEST_BITS, Math.min(MOST_BITS, Math.round(Math.log2(hashes.length / FILL + 1))));
  const partBits = Math.min(bits, MOST_PART_BITS);
  const perPart = 2 ** (bits - partBits);
  const partStarts = new Uint32Array(2 ** partBits + 1);
  const dealt = dealOut(hashes, values, 32 - partBits, partStarts);
  const table = { pairs: sharedUint32(dealt.length), buckets: sharedUint32(2 ** bits + 1) };
  const ends = new Uint32Array(perPart);
  for (let part = 0; part + 1 < partStarts.length; part += 1) {
    const pairs = dealt.subarray(2 * (partStarts[part] ?? 0), 2 * (partStarts[part + 1] ?? 0));
    fillPart(table, pairs, part * perPart, ends);
  }
  return table;
};

/** Pairs by the upper bits of their hashes. */
const dealOut = (
  hashes: Uint32Array,
  values: Uint32Array,
  shift: number,
  starts: Uint32Array,
): Uint32Array => {
  const ends = bucketEnds(hashes, shift, starts);
  const dealt = new Uint32Array(hashes.length * 2);
  for (let from = 0; from < hashes.length; from += 1) {
    const hash = hashes[from] ?? 0;
    const place = (ends[hash >>> shift] ?? 0) - 1;
    ends[hash >>> shift] = place;
    dealt[2 * place] = hash;
    dealt[2 * place + 1] = values[from] ?? 0;
  }
  return dealt;
};

/** Fills the buckets of a part, from `first` on; those before are full. */
const fillPart = (table: HashTable, dealt: Uint32Array, first: number, ends: Uint32Array): void => {
  const { pairs, buckets } = table;
  const shift = bucketShift(table);
  for (let at = 0; at < dealt.length; at += 2) {
    const bucket = ((dealt[at] ?? 0) >>> shift) + 1;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (let at = 0; at < ends.length; at += 1) {
    const end = (buckets[first + at] ?? 0) + (buckets[first + at + 1] ?? 0);
    buckets[first + at + 1] = end;
    ends[at] = end;
  }
  for (let at = 0; at < dealt.length; at += 2) {
    const hash = dealt[at] ?? 0;
    const bucket = (hash >>> shift) - first;
    const place = (ends[bucket] ?? 0) - 1;
    ends[bucket] = place;
    put(pairs, place, buckets[first + bucket + 1] ?? 0, hash, dealt[at + 1] ?? 0);
  }
};

/** All values of a hash. */
export const valuesOf = (table: HashTable, hash: number): number[] => {
  const { pairs, buckets } = table;
  const bucket = hash >>> bucketShift(table);
  const found: number[] = [];
  for (let at = buckets[bucket] ?? 0; at < (buckets[bucket + 1] ?? 0); at += 1)
    if (pairs[2 * at] === hash) found.push(pairs[2 * at + 1] ?? 0);
  return found;
};

/** Puts a pair before those of its bucket that are there, or behind the lesser of them. */
const put = (pairs: Uint32Array, place: number, end: number, hash: number, value: number): void => {
  let at = place;
  for (; at + 1 < end; at += 1) {
    const next = pairs[2 * at + 2] ?? 0;
    if (next > hash || (next === hash && (pairs[2 * at + 3] ?? 0) >= value)) break;
    pairs[2 * at] = next;
    pairs[2 * at + 1] = pairs[2 * at + 3] ?? 0;
  }
  pairs[2 * at] = hash;
  pairs[2 * at + 1] = value;
};

/** Fills in where buckets begin, and answers where they end. */
const bucketEnds = (hashes: Uint32Array, shift: number, buckets: Uint32Array): Uint32Array => {
  for (let at = 0; at < hashes.length; at += 1) {
    const bucket = ((hashes[at] ?? 0) >>> shift) + 1;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (let at = 1; at < buckets.length; at += 1) buckets[at] = (buckets[at] ?? 0) + (buckets[at - 1] ?? 0);
  return buckets.slice(1);
};

export interface Groups {
  readonly values: Uint32Array;
  /** Where the values of each group begin; one more than there are groups. */
  readonly starts: Uint32Array;
}

/** Values by the number of their group, in shared memory; in a group they keep their order. */
export const groupsBy = (groups: Uint32Array, values: Uint32Array, count: number): Groups => {
  const starts = sharedUint32(count + 1);
  const grouped = sharedUint32(values.length);
  const ends = bucketEnds(groups, 0, starts);
  for (let from = values.length - 1; from >= 0; from -= 1) {
    const group = groups[from] ?? 0;
    const place = (ends[group] ?? 0) - 1;
    ends[group] = place;
    grouped[place] = values[from] ?? 0;
  }
  return { values: grouped, starts };
};
