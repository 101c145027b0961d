import { createHmac } from 'node:crypto';
import { loadSettings } from '#libs/config';
import { Clock, newId } from '#libs/kernel';
import { type AccessClaims, TokenSigner } from './token-signer.js';

class SetClock extends Clock {
  constructor(public at: Date) {
    super();
  }
  now(): Date {
    return this.at;
  }
}

const SECRET = 'a secret of at least thirty-two characters';
const claims: AccessClaims = {
  personId: newId(),
  sessionId: newId(),
  tenantId: newId(),
  role: 'agent',
};
const clock = new SetClock(new Date('2026-03-14T10:00:00Z'));
/** As they come back of a token of 15 minutes. */
const verified = { ...claims, expiresAt: new Date('2026-03-14T10:15:00Z') };
const signer = new TokenSigner(loadSettings({ JWT_SECRET: SECRET }), clock);

const forge = (header: object, payload: object, secret = SECRET, hash = 'sha256'): string => {
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
};
const seconds = clock.at.getTime() / 1000;
const good = {
  sub: claims.personId,
  sid: claims.sessionId,
  tid: claims.tenantId,
  role: claims.role,
  iss: 'frontdesk',
  aud: 'frontdesk-api',
  iat: seconds,
  exp: seconds + 900,
};

describe('TokenSigner', () => {
  beforeEach(() => {
    clock.at = new Date('2026-03-14T10:00:00Z');
  });

  it('signs for 15 minutes what it verifies', () => {
    const { accessToken, expiresIn } = signer.sign(claims);
    expect(expiresIn).toBe(900);
    expect(signer.verify(accessToken)).toEqual(verified);
  });

  it('takes a token of the right form from elsewhere, so that the refusals below mean something', () => {
    expect(signer.verify(forge({ alg: 'HS256', typ: 'JWT' }, good))).toEqual(verified);
  });

  it('refuses a token from its last second on, with a code of its own', () => {
    const { accessToken } = signer.sign(claims);
    clock.at = new Date('2026-03-14T10:14:59Z');
    expect(signer.verify(accessToken)).toEqual(verified);
    clock.at = new Date('2026-03-14T10:15:00Z');
    expect(() => signer.verify(accessToken)).toThrow(expect.objectContaining({ code: 'auth.token_expired' }));
  });

  it.each([
    [
      'no algorithm',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`,
    ],
    ['another algorithm of the same secret', forge({ alg: 'HS512', typ: 'JWT' }, good, SECRET, 'sha512')],
    ['another secret', forge({ alg: 'HS256' }, good, 'another secret of at least thirty-two chars')],
    ['another issuer', forge({ alg: 'HS256' }, { ...good, iss: 'elsewhere' })],
    ['another audience', forge({ alg: 'HS256' }, { ...good, aud: 'elsewhere' })],
    ['no end', forge({ alg: 'HS256' }, { ...good, exp: undefined })],
    ['an unknown role', forge({ alg: 'HS256' }, { ...good, role: 'root' })],
    ['a role out of the prototype', forge({ alg: 'HS256' }, { ...good, role: 'constructor' })],
    ['a tenant that is no UUID', forge({ alg: 'HS256' }, { ...good, tid: "' OR 1=1" })],
    ['no person', forge({ alg: 'HS256' }, { ...good, sub: undefined })],
    ['no token at all', 'nonsense'],
  ])('refuses %s', (_why, token) => {
    expect(() => signer.verify(token)).toThrow(
      expect.objectContaining({ kind: 'unauthenticated', code: 'auth.token_invalid' }),
    );
  });
});
