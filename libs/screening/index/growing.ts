/** Numbers that become one typed array; grows by doubling. */
export class GrowingUint32 {
  private values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Uint32Array(this.values.length * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  view(): Uint32Array {
    return this.values.subarray(0, this.length);
  }
}

/** Bytes of strings one after the other, with where each begins. */
export class GrowingBytes {
  private bytes = new Uint8Array(65_536);
  private length = 0;
  readonly starts = new GrowingUint32();

  push(text: string, encoding: 'latin1' | 'utf8'): void {
    const added = Buffer.from(text, encoding);
    if (this.length + added.length > this.bytes.length) {
      const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + added.length));
      wider.set(this.bytes);
      this.bytes = wider;
    }
    this.starts.push(this.length);
    this.bytes.set(added, this.length);
    this.length += added.length;
  }

  finish(): { bytes: Uint8Array; starts: Uint32Array } {
    this.starts.push(this.length);
    return { bytes: this.bytes.subarray(0, this.length), starts: this.starts.view() };
  }
}

/** Sorts hashes ascending and their companions along, by two counting passes over 16 bits each; stable. */
export const sortPairs = (hashes: Uint32Array, others: Uint32Array): [Uint32Array, Uint32Array] => {
  let [fromHashes, fromOthers] = [hashes, others];
  for (const shift of [0, 16]) {
    const counts = new Uint32Array(65_537);
    for (const hash of fromHashes) {
      const at = ((hash >>> shift) & 0xffff) + 1;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (let at = 1; at < counts.length; at += 1) counts[at] = (counts[at] ?? 0) + (counts[at - 1] ?? 0);
    const toHashes = new Uint32Array(hashes.length);
    const toOthers = new Uint32Array(hashes.length);
    for (let at = 0; at < fromHashes.length; at += 1) {
      const hash = fromHashes[at] ?? 0;
      const bucket = (hash >>> shift) & 0xffff;
      const place = counts[bucket] ?? 0;
      counts[bucket] = place + 1;
      toHashes[place] = hash;
      toOthers[place] = fromOthers[at] ?? 0;
    }
    [fromHashes, fromOthers] = [toHashes, toOthers];
  }
  return [fromHashes, fromOthers];
};
