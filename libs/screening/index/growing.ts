/** Numbers that become one typed array; grows by doubling. */
class Growing<Values extends Uint8Array | Uint32Array> {
  private values: Values;
  length = 0;

  constructor(private readonly make: (length: number) => Values) {
    this.values = make(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1);
    this.values[this.length] = value;
    this.length += 1;
  }

  pushAll(values: Values): void {
    this.reserve(values.length);
    this.values.set(values, this.length);
    this.length += values.length;
  }

  reserve(more: number): void {
    if (this.length + more <= this.values.length) return;
    const wider = this.make(Math.max(this.values.length * 2, this.length + more));
    wider.set(this.values);
    this.values = wider;
  }

  view(): Values {
    return this.values.subarray(0, this.length) as Values;
  }

  /** The room behind what is there; `length` is for the caller to move. */
  room(): Values {
    return this.values.subarray(this.length) as Values;
  }
}

export class GrowingUint32 extends Growing<Uint32Array> {
  constructor() {
    super((length) => new Uint32Array(length));
  }
}

export class GrowingUint8 extends Growing<Uint8Array> {
  constructor() {
    super((length) => new Uint8Array(length));
  }
}

/** Bytes of strings one after the other, with where each begins. */
export class GrowingBytes {
  private readonly bytes = new GrowingUint8();
  readonly starts = new GrowingUint32();

  push(text: string, encoding: 'latin1' | 'utf8'): void {
    this.starts.push(this.bytes.length);
    this.bytes.reserve(encoding === 'latin1' ? text.length : text.length * 3);
    const room = this.bytes.room();
    this.bytes.length += Buffer.from(room.buffer, room.byteOffset, room.byteLength).write(text, encoding);
  }

  pushBytes(bytes: Uint8Array): void {
    this.starts.push(this.bytes.length);
    this.bytes.pushAll(bytes);
  }

  finish(): { bytes: Uint8Array; starts: Uint32Array } {
    this.starts.push(this.bytes.length);
    return { bytes: this.bytes.view(), starts: this.starts.view() };
  }
}
