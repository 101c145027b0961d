import { loadSettings } from '#libs/config';
import { SmtpGuard } from './smtp-guard.js';

const guard = (allow: boolean): SmtpGuard =>
  new SmtpGuard(loadSettings({ NODE_ENV: 'test', SENDER_ALLOW_PRIVATE_HOSTS: String(allow) }));

describe('the certificate of a mail server', () => {
  it.each([
    ['203.0.114.7', false, true],
    ['10.0.0.7', false, true],
    ['203.0.114.7', true, true],
    ['2a00:1450:4001::1', true, true],
    ['10.0.0.7', true, false],
    ['::1', true, false],
  ])('at %s, with servers of private networks let in: %s, is looked at: %s', (address, allow, looked) => {
    expect(guard(allow).needsCertificate(address)).toBe(looked);
  });
});
