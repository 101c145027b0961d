import { Secret, TOTP } from 'otpauth';

const PERIOD_S = 30;
/** RFC 4226, 4: 160 bits are recommended. */
const SECRET_BYTES = 20;

const totp = (secret: string, issuer: string, label: string): TOTP =>
  new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
    secret: Secret.fromBase32(secret),
  });

/** 160 random bits in base32. */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** What authenticator apps read from a QR code (Key URI Format). */
export const totpUri = (secret: string, issuer: string, label: string): string =>
  totp(secret, issuer, label).toString();

/** The time step that a code is of: the one of now, or at most `drift` steps beside it. Null when it is of none. */
export const stepOfCode = (secret: string, code: string, now: Date, drift: number): number | null => {
  const delta = totp(secret, 'x', 'x').validate({ token: code, window: drift, timestamp: now.getTime() });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_S) + delta;
};
