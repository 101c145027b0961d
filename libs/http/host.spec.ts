import { hostOf } from './host.js';

describe('the host of a request', () => {
  it.each([
    ['salon.example', 'salon.example'],
    ['Salon.EXAMPLE:8443', 'salon.example'],
    ['salon.example.', 'salon.example'],
    ['salon.example.:80', 'salon.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['127.0.0.1:3000', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['[::1]:3000', '[::1]'],
    ['', null],
    ['salon.example@evil.test', null],
    ['salon.example/..', null],
    ['salon.example evil.test', null],
    ['salon.example,evil.test', null],
    ['salon.example:port', null],
    ['salon..example', 'salon..example'],
    ['b\u00fccher.example', null],
    ['a'.repeat(400), null],
  ])('%j is %j', (host, expected) => expect(hostOf({ host }, false)).toBe(expected));

  it('is what a proxy says only where the proxy is trusted, and then what the nearest one says', () => {
    const headers = { host: 'inner:3000', 'x-forwarded-host': 'evil.test, salon.example' };
    expect(hostOf(headers, false)).toBe('inner');
    expect(hostOf(headers, true)).toBe('salon.example');
    expect(hostOf({ host: 'inner', 'x-forwarded-host': 'sal on' }, true)).toBeNull();
    expect(hostOf({}, true)).toBeNull();
  });
});
