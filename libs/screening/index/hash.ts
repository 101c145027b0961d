/** FNV-1a of a key of one kind; collisions cost a comparison, never a result. */
export const hashOf = (kind: number, text: string): number => {
  let hash = (0x811c9dc5 ^ kind) >>> 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
};

/** The hash of a key with the letters `skip` and `skipToo` left out. */
export const hashWithout = (kind: number, text: string, skip: number, skipToo = -1): number => {
  let hash = (0x811c9dc5 ^ kind) >>> 0;
  for (let at = 0; at < text.length; at += 1)
    if (at !== skip && at !== skipToo) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
};
