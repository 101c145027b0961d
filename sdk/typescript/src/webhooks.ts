import { Webhook } from 'standardwebhooks';
import type { webhooks } from './generated/schema.js';

export { WebhookVerificationError } from 'standardwebhooks';

type BodyOf<T> = T extends { post: { requestBody: { content: { 'application/json': infer B } } } }
  ? B
  : never;

/** An event as it is sent: `type` tells which `data` it has. New types are added; leave alone what you do not know. */
export type WebhookEvent = { [T in keyof webhooks]: BodyOf<webhooks[T]> }[keyof webhooks];

/**
 * The event of a webhook request, once its signature is proved. `body` must be the bytes as they came, not parsed and printed again;
 * `secret` is the `whsec_…` that was shown for the endpoint. Do away with a `webhook-id` you have seen before.
 * @throws WebhookVerificationError when it is not from Frontdesk, was changed, or is more than five minutes old.
 */
export const verifyWebhook = (
  body: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  secret: string,
): WebhookEvent => {
  const flat = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === 'string' ? value : (value?.[0] ?? ''),
  ]);
  return new Webhook(secret).verify(body, Object.fromEntries(flat) as Record<string, string>) as WebhookEvent;
};
