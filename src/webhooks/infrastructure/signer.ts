import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** A secret of Standard Webhooks: 32 random bytes as `whsec_<base64>`. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The headers that prove where a body comes from and when it was sent: one signature per secret, separated by spaces. */
export const signedHeaders = (
  id: string,
  at: Date,
  body: string,
  secrets: readonly string[],
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
});
