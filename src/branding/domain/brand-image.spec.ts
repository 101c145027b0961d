import { describeImage } from './brand-image.js';

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');
const PNG = base64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
);
const LOSSY = base64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA');
const LOSSLESS = base64('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==');
const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.from('ffc0000b080020004001011100', 'hex'),
  Buffer.from('ffd9', 'hex'),
]);

describe('what an image is', () => {
  it('is read from its bytes', () => {
    expect(describeImage(PNG)).toEqual({ contentType: 'image/png', width: 1, height: 1 });
    expect(describeImage(LOSSY)).toEqual({ contentType: 'image/webp', width: 1, height: 1 });
    expect(describeImage(LOSSLESS)).toEqual({ contentType: 'image/webp', width: 1, height: 1 });
    expect(describeImage(JPEG)).toEqual({ contentType: 'image/jpeg', width: 64, height: 32 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(64))],
    ['a GIF', Buffer.from('GIF89a'.padEnd(64, '\x01'))],
    ['a PNG of no size', Buffer.concat([PNG.subarray(0, 16), Buffer.alloc(8), PNG.subarray(24)])],
    ['the head of a PNG', PNG.subarray(0, 20)],
    ['a JPEG without a frame', Buffer.from('ffd8ffda000c03010002110311003f00', 'hex')],
    ['a JPEG that ends early', JPEG.subarray(0, 22)],
    ['a JPEG that goes round', Buffer.from('ffd8ffe00000ffe00000ffe00000ffe00000', 'hex')],
    ['a RIFF that is sound', Buffer.from('RIFF0000WAVEfmt '.padEnd(64))],
  ])('is none for %s', (_what, bytes) => {
    expect(describeImage(bytes)).toBeNull();
  });
});
