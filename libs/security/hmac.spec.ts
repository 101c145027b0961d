import { createHmac } from 'node:crypto';
import { verifyHmacSha256 } from './hmac.js';

/** From shared/contracts/meta-whatsapp/x-hub-signature-256.vectors.json. */
const VECTORS = [
  {
    name: 'compact JSON',
    raw: '{"foo":"bar"}',
    header: 'sha256=eea35bd4385eecf8c6063ad845f4eb0fbf4554ce1aa4d3919aebe0f3b88370f7',
  },
  {
    name: 'a text webhook',
    raw: String.raw`{"object":"whatsapp_business_account","entry":[{"id":"419561257915477","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=","timestamp":"1749416383","type":"text","text":{"body":"Does it come in another color?"}}]},"field":"messages"}]}]}`,
    header: 'sha256=149607f64c2f4acc6394f5dfa1f3f03f2471e9d6bc113c506b46b0722bea04a9',
  },
  {
    name: 'an emoji as raw UTF-8',
    raw: String.raw`{"object":"whatsapp_business_account","entry":[{"id":"419561257915477","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=","timestamp":"1749419544","type":"reaction","reaction":{"message_id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA","emoji":"👍"}}]},"field":"messages"}]}]}`,
    header: 'sha256=fd06c593d822d37039b620aed4a44c3df398256569a2f103c1352cf770a2d75a',
  },
  {
    name: 'an emoji escaped, as Meta sends it',
    raw: String.raw`{"object":"whatsapp_business_account","entry":[{"id":"419561257915477","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=","timestamp":"1749419544","type":"reaction","reaction":{"message_id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA","emoji":"\ud83d\udc4d"}}]},"field":"messages"}]}]}`,
    header: 'sha256=ecb3bc6bf3e3506cd58f66c2848d49d0f0b6a0f47cb70233c601bfd41ae4ea9c',
  },
];
const SECRET = 'supersecret';

describe('verifyHmacSha256', () => {
  it.each(VECTORS)('accepts $name', ({ raw, header }) => {
    expect(verifyHmacSha256(Buffer.from(raw), header, SECRET)).toBe(true);
  });

  const { raw, header } = VECTORS[0]!;
  it.each([
    ['another secret', raw, header, 'othersecret'],
    ['changed bytes', `${raw} `, header, SECRET],
    ['no header', raw, undefined, SECRET],
    ['an empty header', raw, '', SECRET],
    ['hex without its prefix', raw, header.slice('sha256='.length), SECRET],
    ['another algorithm', raw, header.replace('sha256', 'sha1'), SECRET],
    ['half a signature', raw, header.slice(0, -2), SECRET],
    ['upper-case hex', raw, header.replace(/=.*/, (hex) => hex.toUpperCase()), SECRET],
    ['two signatures', raw, `${header},${header}`, SECRET],
    [
      'an empty secret, even with its own signature',
      raw,
      `sha256=${createHmac('sha256', '').update(raw).digest('hex')}`,
      '',
    ],
  ])('refuses %s', (_why, body, sent, secret) => {
    expect(verifyHmacSha256(Buffer.from(body), sent, secret)).toBe(false);
  });
});
