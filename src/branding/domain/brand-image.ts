export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp';

export interface ImageFacts {
  readonly contentType: ImageType;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** What the bytes themselves say they are: PNG, JPEG or WebP with its size; null for anything else, SVG included. */
export const describeImage = (bytes: Buffer): ImageFacts | null => {
  if (bytes.length >= 33 && bytes.subarray(0, 8).equals(PNG)) return png(bytes);
  if (bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8 && bytes[2] === 0xff) return jpeg(bytes);
  if (bytes.length >= 30 && ascii(bytes, 0) === 'RIFF' && ascii(bytes, 8) === 'WEBP') return webp(bytes);
  return null;
};

const ascii = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 4);

const facts = (contentType: ImageType, width: number, height: number): ImageFacts | null =>
  width > 0 && height > 0 ? { contentType, width, height } : null;

/** PNG specification, 11.2.1: IHDR is the first chunk, of 13 bytes. */
const png = (bytes: Buffer): ImageFacts | null =>
  bytes.readUInt32BE(8) === 13 && ascii(bytes, 12) === 'IHDR'
    ? facts('image/png', bytes.readUInt32BE(16), bytes.readUInt32BE(20))
    : null;

/** ITU T.81, B.1.1.3: SOF0 to SOF15 but DHT (C4), JPG (C8) and DAC (CC). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const jpeg = (bytes: Buffer): ImageFacts | null => {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return facts('image/jpeg', bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
    // Start of scan or end of image before any frame: no picture.
    if (marker === 0xda || marker === 0xd9) return null;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return null;
    at += 2 + length;
  }
  return null;
};

/** RFC 9649: a lossy, a lossless or an extended first chunk. */
const webp = (bytes: Buffer): ImageFacts | null => {
  switch (ascii(bytes, 12)) {
    case 'VP8 ':
      return bytes.readUIntBE(23, 3) === 0x9d012a
        ? facts('image/webp', bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff)
        : null;
    case 'VP8L': {
      if (bytes[20] !== 0x2f) return null;
      const bits = bytes.readUInt32LE(21);
      return facts('image/webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return facts('image/webp', bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    default:
      return null;
  }
};
