import { createHmac, timingSafeEqual } from 'node:crypto';

const FORMAT = /^sha256=([0-9a-f]{64})$/;

/**
 * Whether `header` is `sha256=<lower-case hex>` of HMAC-SHA256 over the raw bytes. Constant time; false for a missing or
 * malformed header and for an empty secret (fail closed). Source: Meta's X-Hub-Signature-256.
 */
export const verifyHmacSha256 = (raw: Buffer, header: string | undefined, secret: string): boolean => {
  const hex = header === undefined ? undefined : FORMAT.exec(header)?.[1];
  if (hex === undefined || secret === '') return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), createHmac('sha256', secret).update(raw).digest());
};
