import { newId } from '#libs/kernel';
import { Signer } from '#libs/security';
import { type Receipt, RECEIPT_FORMAT, signedBytes, verifyReceipt } from './receipt.js';

const signer = new Signer([Buffer.alloc(32, 8).toString('base64')]);
const keys = signer.publicKeys();
const stranger = new Signer([Buffer.alloc(32, 1).toString('base64')]).publicKeys();
const at = '2026-11-21T10:00:00.000Z';
const unsigned: Receipt = {
  format: RECEIPT_FORMAT,
  tenantId: newId(),
  requestId: newId(),
  kind: 'erasure',
  state: 'completed',
  subject: '9f86d081884c7d659a2feaa0c55ad015',
  requestedAt: at,
  dueBy: at,
  finishedAt: at,
  exportSha256: null,
  stores: [
    { store: 'conversations.messages', what: 'deleted', records: 3, reason: null, finishedAt: at },
    { store: 'calendar.bookings', what: 'kept', records: 1, reason: 'Law', finishedAt: at },
  ],
};
const signature = signer.sign(signedBytes(unsigned));
const receipt = { ...unsigned, signature };

describe('verifyReceipt', () => {
  it('takes what was signed, however it is laid out', () => {
    expect(verifyReceipt(receipt, keys)).toBe(true);
    const turned = Object.fromEntries(Object.entries(receipt).reverse());
    expect(verifyReceipt(JSON.parse(JSON.stringify(turned, null, 2)), keys)).toBe(true);
    expect(verifyReceipt(receipt, [...stranger, ...keys])).toBe(true);
  });

  it.each(Object.keys(unsigned))('takes none of which %s was changed', (member) => {
    expect(verifyReceipt({ ...receipt, [member]: 'other' }, keys)).toBe(false);
    expect(verifyReceipt({ ...receipt, [member]: undefined }, keys)).toBe(false);
  });

  it.each([
    ['a store is gone', { ...receipt, stores: receipt.stores.slice(1) }],
    ['stores are in another order', { ...receipt, stores: receipt.stores.toReversed() }],
    ['a number is another', { ...receipt, stores: receipt.stores.map((s) => ({ ...s, records: 9 })) }],
    ['a member was added', { ...receipt, more: true }],
    ['there is no signature', unsigned],
    ['the signature is of another key', { ...receipt, signature: { ...signature, keyId: '0'.repeat(16) } }],
    ['the signature is another', { ...receipt, signature: { ...signature, signature: 'A'.repeat(86) } }],
    ['there is no receipt', null],
    ['it is a text', 'receipt'],
  ])('takes none where %s', (_what, forged) => {
    expect(verifyReceipt(forged, keys)).toBe(false);
  });

  it('takes none that somebody else has signed, nor anything else that the same key has', () => {
    expect(verifyReceipt(receipt, stranger)).toBe(false);
    expect(verifyReceipt(receipt, [{ x: 'no key' }])).toBe(false);
    expect(verifyReceipt(receipt, [])).toBe(false);
    const other = { ...unsigned, format: 'frontdesk.other.v1' };
    expect(verifyReceipt({ ...other, signature: signer.sign(signedBytes(other)) }, keys)).toBe(false);
  });
});
