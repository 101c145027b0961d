import fc from 'fast-check';
import { addressRefusal, parseNetwork } from './address-policy.js';
import { checkUrl, type OutgoingPolicy, urlRefusal } from './url-policy.js';

const POLICY: OutgoingPolicy = {
  allowedNetworks: [],
  allowedPorts: [
    [443, 443],
    [8000, 8999],
  ],
  httpsOnly: true,
};
const OPEN: OutgoingPolicy = { ...POLICY, httpsOnly: false, allowedPorts: [[1, 65_535]] };

const codeOf = (url: string, policy = POLICY) => urlRefusal(url, policy)?.code ?? null;

describe('urlRefusal', () => {
  it.each([
    'https://example.com',
    'https://example.com:443/hooks?a=b#c',
    'https://example.com:8443/',
    'https://münchen.example/',
    'https://xn--mnchen-3ya.example/',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
    'https://localhost.example.com/',
    'https://internal.example.com/',
  ])('allows %s', (url) => expect(codeOf(url)).toBeNull());

  it.each([
    ['', 'net.url_invalid'],
    ['example.com/hooks', 'net.url_invalid'],
    ['//example.com', 'net.url_invalid'],
    ['https://', 'net.url_invalid'],
    ['https://exa mple.com', 'net.url_invalid'],
    ['https://exam\tple.com', 'net.url_invalid'],
    ['https:\\\\example.com', 'net.url_invalid'],
    ['https://example.com\\@127.0.0.1/', 'net.url_invalid'],
    ['https://xn--a/', 'net.url_invalid'],
    ['https://256.1.1.1/', 'net.url_invalid'],
    [`https://example.com/${'a'.repeat(2048)}`, 'net.url_invalid'],
    ['http://example.com', 'net.scheme_refused'],
    ['ftp://example.com', 'net.scheme_refused'],
    ['file:///etc/passwd', 'net.scheme_refused'],
    ['gopher://example.com', 'net.scheme_refused'],
    ['javascript:alert(1)', 'net.scheme_refused'],
    ['data:text/plain,x', 'net.scheme_refused'],
    ['https://user@example.com', 'net.credentials_refused'],
    ['https://user:secret@example.com', 'net.credentials_refused'],
    ['https://:secret@example.com', 'net.credentials_refused'],
    ['https://1.1.1.1@127.0.0.1/', 'net.credentials_refused'],
    ['https://example.com:22', 'net.port_refused'],
    ['https://example.com:7999', 'net.port_refused'],
    ['https://example.com:9000', 'net.port_refused'],
    ['https://localhost', 'net.host_refused'],
    ['https://LOCALHOST', 'net.host_refused'],
    ['https://db.localhost', 'net.host_refused'],
    ['https://example.com.', 'net.host_refused'],
    ['https://127.0.0.1./', 'net.host_refused'],
    ['https://redis', 'net.host_refused'],
    ['https://printer.local', 'net.host_refused'],
    ['https://metadata.google.internal', 'net.host_refused'],
    ['https://nas.home.arpa', 'net.host_refused'],
    ['https://127.0.0.1', 'net.host_refused'],
    ['https://127.1', 'net.host_refused'],
    ['https://0177.0.0.1', 'net.host_refused'],
    ['https://0x7f.0.0.1', 'net.host_refused'],
    ['https://0x7f000001', 'net.host_refused'],
    ['https://2130706433', 'net.host_refused'],
    ['https://0', 'net.host_refused'],
    ['https://①②⑦.⓪.⓪.①', 'net.host_refused'],
    ['https://127。0。0。1', 'net.host_refused'],
    ['https://ｌｏｃａｌｈｏｓｔ', 'net.host_refused'],
    ['https://127%2e0.0.1', 'net.host_refused'],
    ['https://[::1]', 'net.host_refused'],
    ['https://[::]', 'net.host_refused'],
    ['https://[::ffff:127.0.0.1]', 'net.host_refused'],
    ['https://[0:0:0:0:0:ffff:7f00:0001]', 'net.host_refused'],
    ['https://[::127.0.0.1]', 'net.host_refused'],
    ['https://[64:ff9b::10.0.0.1]', 'net.host_refused'],
    ['https://[fe80::1%25eth0]', 'net.url_invalid'],
    ['https://169.254.169.254/latest/meta-data', 'net.host_refused'],
  ])('refuses %s: %s', (url, code) => expect(codeOf(url)).toBe(code));

  it('lets names of opened networks pass, but localhost and what is not opened', () => {
    const opened = { ...OPEN, allowedNetworks: [parseNetwork('10.0.0.0/8')] };
    for (const url of ['http://10.1.1.1', 'http://receiver:3000', 'http://crm.internal'])
      expect(codeOf(url, opened)).toBeNull();
    for (const url of ['http://127.0.0.1', 'http://localhost', 'http://crm.internal.'])
      expect(codeOf(url, opened)).toBe('net.host_refused');
  });

  it('names the field and says what to do', () => {
    expect(() => checkUrl('https://10.0.0.1', '/url', POLICY)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'net.host_refused',
        options: {
          errors: [
            {
              pointer: '/url',
              detail: '10.0.0.1 is not a public address (private). Use a public host name.',
            },
          ],
        },
      }),
    );
  });
});

const byte = fc.integer({ min: 0, max: 255 });
const anyBytes = fc.tuple(byte, byte, byte, byte);
/** Octets of the refused IPv4 ranges. */
const refusedV4 = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
  fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
  fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
  fc.tuple(fc.constant(198), fc.constantFrom(18, 19), byte, byte),
  fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
);
type Octets = [number, number, number, number];

const part = (value: number, style: number): string =>
  style === 0 ? `${value}` : style === 1 ? `0${value.toString(8)}` : `0x${value.toString(16)}`;
const wide = (text: string): string =>
  text.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const word = (a: number, b: number): string => ((a << 8) | b).toString(16);

/** One of the many ways in which WHATWG lets an IPv4 host be written. */
const v4Notation = ([a, b, c, d]: Octets, parts: number, styles: Octets, fullWidth: boolean): string => {
  const values = [
    [((a * 256 + b) * 256 + c) * 256 + d],
    [a, (b * 256 + c) * 256 + d],
    [a, b, c * 256 + d],
    [a, b, c, d],
  ][parts]!;
  const text = values.map((value, index) => part(value, styles[index]!)).join('.');
  return fullWidth ? wide(text) : text;
};
/** The ways in which an IPv6 host carries an IPv4 one. */
const v6Notation = ([a, b, c, d]: Octets, way: number): string =>
  [
    `[::ffff:${a}.${b}.${c}.${d}]`,
    `[0:0:0:0:0:FFFF:${word(a, b)}:${word(c, d)}]`,
    `[64:ff9b::${word(a, b)}:${word(c, d)}]`,
    `[64:FF9B:0:0:0:0:${a}.${b}.${c}.${d}]`,
    `[2002:${word(a, b)}:${word(c, d)}::1]`,
    `[::${word(a, b)}:${word(c, d)}]`,
    `[2a00:1::5efe:${word(a, b)}:${word(c, d)}]`,
  ][way]!;

describe('whatever the notation', () => {
  const style = fc.integer({ min: 0, max: 2 });
  const styles = fc.tuple(style, style, style, style);

  it('a refused IPv4 address is refused', () => {
    fc.assert(
      fc.property(
        refusedV4,
        fc.integer({ min: 0, max: 3 }),
        styles,
        fc.boolean(),
        (octets, parts, how, full) => {
          const refusal = urlRefusal(`http://${v4Notation(octets, parts, how, full)}/`, OPEN);
          expect(refusal?.code).toBe('net.host_refused');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('a refused IPv4 address inside an IPv6 one is refused', () => {
    fc.assert(
      fc.property(refusedV4, fc.integer({ min: 0, max: 6 }), (octets, way) => {
        expect(urlRefusal(`http://${v6Notation(octets, way)}/`, OPEN)?.code).toBe('net.host_refused');
      }),
      { numRuns: 1_000 },
    );
  });

  it('an IPv4 address has one verdict, and it is that of its canonical form', () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 0, max: 3 }), styles, (octets, parts, how) => {
        const allowed = addressRefusal(octets.join('.'), []) === null;
        expect(urlRefusal(`http://${v4Notation(octets, parts, how, false)}/`, OPEN) === null).toBe(allowed);
      }),
      { numRuns: 2_000 },
    );
  });

  it('an address outside 2000::/3 is refused', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const outside = group.filter((first) => first < 0x2000 || first > 0x3fff);
    fc.assert(
      fc.property(outside, fc.array(group, { minLength: 7, maxLength: 7 }), (first, rest) => {
        const host = [first, ...rest].map((value) => value.toString(16)).join(':');
        fc.pre(!/^64:ff9b:0:0:0:0:/.test(host));
        expect(urlRefusal(`http://[${host}]/`, OPEN)?.code).toBe('net.host_refused');
      }),
    );
  });
});
