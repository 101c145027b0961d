import { clientAddress, isInside, isOfProxy, type TrustedProxies } from './client-address.js';

const from = (peer: string, forwarded: string | undefined, trusted: TrustedProxies): string =>
  clientAddress({ peer, headers: { 'x-forwarded-for': forwarded } }, trusted);

describe('the address of a client', () => {
  it('is the other end of the connection where no proxy is trusted', () => {
    expect(from('203.0.113.9', '198.51.100.1', false)).toBe('203.0.113.9');
    expect(from('::ffff:203.0.113.9', undefined, false)).toBe('203.0.113.9');
  });

  it('is what the one proxy in front says, never what the client has written before it', () => {
    expect(from('10.0.0.2', '203.0.113.9', 1)).toBe('203.0.113.9');
    expect(from('10.0.0.2', '198.51.100.1, 203.0.113.9', 1)).toBe('203.0.113.9');
    expect(from('10.0.0.2', undefined, 1)).toBe('10.0.0.2');
  });

  it('is as many proxies away as are trusted, or known', () => {
    const chain = '198.51.100.1, 203.0.113.9, 10.0.0.1';
    expect(from('10.0.0.2', chain, 2)).toBe('203.0.113.9');
    expect(from('10.0.0.2', chain, ['10.0.0.0/8'])).toBe('203.0.113.9');
    expect(from('10.0.0.2', chain, ['10.0.0.2'])).toBe('10.0.0.1');
    expect(from('192.0.2.7', chain, ['10.0.0.0/8', 'fd00::/8'])).toBe('192.0.2.7');
    expect(from('fd00::5', '2001:DB8:0::1', ['10.0.0.0/8', 'fd00::/8'])).toBe('2001:db8::1');
  });

  it.each([
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['unknown', '10.0.0.2'],
    ['_hidden', '10.0.0.2'],
    ['010.0.0.1', '10.0.0.2'],
    ['0x7f.1', '10.0.0.2'],
    ['', '10.0.0.2'],
  ])('that a proxy writes as %j is %s', (written, expected) =>
    expect(from('10.0.0.2', written, 1)).toBe(expected),
  );
});

it('a proxy is who is trusted at the other end', () => {
  expect(isOfProxy({ peer: '10.0.0.2' }, false)).toBe(false);
  expect(isOfProxy({ peer: '10.0.0.2' }, 1)).toBe(true);
  expect(isOfProxy({ peer: '::ffff:10.0.0.2' }, ['10.0.0.0/8'])).toBe(true);
  expect(isOfProxy({ peer: '192.0.2.7' }, ['10.0.0.0/8'])).toBe(false);
});

it('an address is inside a network of its own kind', () => {
  expect(isInside('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isInside('10.1.2.3', ['::/0'])).toBe(false);
  expect(isInside('2001:db8::1', ['2001:db8::1'])).toBe(true);
});
