import { createHmac } from 'node:crypto';
import { APP_SECRET } from './app.mjs';
import { requestBytes } from './load.mjs';

export const PHONE_NUMBER_ID = '106540352242922';
export const WEBHOOK_PATH = '/webhooks/meta/whatsapp';
const SIZE = 866;

/** One text message as Meta's Cloud API posts it; the profile name fills it up to Meta's typical 866 bytes. */
const bodyOf = ({ from, wamid, text }) => {
  const make = (name) =>
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '419561257915477',
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
                contacts: [{ profile: { name }, wa_id: from }],
                messages: [{ from, id: wamid, timestamp: '1763600000', type: 'text', text: { body: text } }],
              },
            },
          ],
        },
      ],
    });
  return make('x'.repeat(SIZE - make('').length));
};

export const customer = (index) => `4915${String(index).padStart(9, '0')}`;

/** The bytes of a signed webhook. */
export const webhook = (message) => {
  const body = bodyOf(message);
  const signature = createHmac('sha256', APP_SECRET).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  return requestBytes('POST', WEBHOOK_PATH, headers, body);
};

let made = 0;
/** Webhooks of as many customers, each with a message that was never sent before. */
export const freshWebhooks = (count, textOf = () => 'Hi, can I book a manicure tomorrow at 15:00?') =>
  Array.from({ length: count }, () => {
    made += 1;
    return webhook({
      from: customer(made),
      wamid: `wamid.bench${String(made).padStart(10, '0')}`,
      text: textOf(made),
    });
  });
