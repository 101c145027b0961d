import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 300;

/** What the running server says of itself in `<data folder>/demo.json`, or null when none has run there. */
export const readDemo = (dataDir) => {
  const file = join(resolve(dataDir), 'demo.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
};

/** One text message as Meta's Cloud API posts it. */
const textWebhook = ({ phoneNumberId, from, text }) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '419561257915477',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
            contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: from }],
            messages: [
              {
                from,
                id: `wamid.${randomBytes(24).toString('base64')}`,
                timestamp: String(Math.floor(Date.now() / 1000)),
                type: 'text',
                text: { body: text },
              },
            ],
          },
        },
      ],
    },
  ],
});

/** Posts a customer's message as Meta would, signed over the very bytes that are sent. Answers the HTTP response. */
export const postWhatsApp = (demo, from, text) => {
  const body = Buffer.from(JSON.stringify(textWebhook({ phoneNumberId: demo.phoneNumberId, from, text })));
  const signature = createHmac('sha256', demo.appSecret).update(body).digest('hex');
  return fetch(new URL('/webhooks/meta/whatsapp', demo.baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
    signal: AbortSignal.timeout(10_000),
  });
};

/** What the business has sent to `to` since `after`, as the built-in sandbox of the Graph API saw it. */
export const sandboxMessages = async (demo, to, after) => {
  const url = new URL('/sandbox/meta/messages', demo.baseUrl);
  url.search = new URLSearchParams({ to, after }).toString();
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${url.pathname}`);
  return (await response.json()).data;
};

/** Waits for the first reply, at most `limitMs`; an empty list when none came. */
export const awaitReply = async (demo, to, after, limitMs) => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const messages = await sandboxMessages(demo, to, after);
    if (messages.length > 0 || performance.now() > deadline) return messages;
    await pause(POLL_MS);
  }
};
