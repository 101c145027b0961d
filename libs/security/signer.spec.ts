import { Signer, verifySignature } from './signer.js';

const seed = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const bytes = Buffer.from('the end of a chain');

describe('Signer', () => {
  it('signs as RFC 8032 says', () => {
    // Section 7.1, test 2: the seed, the public key, and the signature of the one byte 72.
    const signer = new Signer([
      Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex').toString(
        'base64',
      ),
    ]);
    expect(Buffer.from(signer.publicKeys()[0]?.x ?? '', 'base64url').toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    );
    expect(Buffer.from(signer.sign(Buffer.from('72', 'hex')).signature, 'base64url').toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  it('recognises what it signed, and nothing else', () => {
    const signer = new Signer([seed(1)]);
    const signed = signer.sign(bytes);
    expect(signer.verify(bytes, signed)).toBe(true);
    expect(signer.verify(Buffer.from('another end'), signed)).toBe(false);
    expect(signer.verify(bytes, { ...signed, keyId: '0'.repeat(16) })).toBe(false);
    expect(signer.verify(bytes, { ...signed, signature: 'AAAA' })).toBe(false);
    expect(new Signer([seed(2)]).verify(bytes, signed)).toBe(false);
  });

  it('still recognises what a key before signed, and says which key signs today', () => {
    const signed = new Signer([seed(1)]).sign(bytes);
    const rotated = new Signer([seed(2), seed(1)]);
    expect(rotated.verify(bytes, signed)).toBe(true);
    expect(rotated.publicKeys().map(({ current }) => current)).toEqual([true, false]);
    expect(rotated.sign(bytes).keyId).not.toBe(signed.keyId);
  });

  it('is checked by the public key alone', () => {
    const signer = new Signer([seed(1)]);
    const signed = signer.sign(bytes);
    const x = signer.publicKeys()[0]?.x ?? '';
    expect(verifySignature(bytes, signed, x)).toBe(true);
    expect(verifySignature(bytes, signed, new Signer([seed(2)]).publicKeys()[0]?.x ?? '')).toBe(false);
    expect(verifySignature(bytes, signed, 'short')).toBe(false);
  });

  it('refuses a seed of another length', () => {
    expect(() => new Signer(['AAAA'])).toThrow('32 bytes');
  });
});
