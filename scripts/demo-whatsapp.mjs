import { requireNode } from './lib.mjs';
import { awaitReply, postWhatsApp, readDemo } from './whatsapp.mjs';

const DATA_DIR = process.env.DATA_DIR || '.data';
const FROM = process.env.DEMO_FROM || '16505551234';
const REPLY_LIMIT_MS = 30_000;
const NOT_RUNNING =
  'Frontdesk is not running here. Start it in another terminal with "npm start", then try again.';

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

const say = (who, text) => console.log(`${bold(who)}\n${text.trimEnd().replace(/^/gm, '  ')}\n`);

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const main = async () => {
  const text = process.argv.slice(2).join(' ').trim();
  if (!text) fail('Usage: npm run demo:whatsapp -- "Hi, can I book a manicure tomorrow at 15:00?"');
  const demo = readDemo(DATA_DIR);
  if (!demo) fail(NOT_RUNNING);

  const sentAt = new Date().toISOString();
  const response = await postWhatsApp(demo, FROM, text).catch(() => fail(NOT_RUNNING));
  if (!response.ok) fail(`The webhook was answered with ${response.status}: ${await response.text()}`);
  say(`You (+${FROM})`, text);

  const replies = await awaitReply(demo, FROM, sentAt, REPLY_LIMIT_MS);
  if (replies.length === 0) fail(`No reply within ${REPLY_LIMIT_MS / 1000} s. The server's log says why.`);
  for (const reply of replies) say('Frontdesk', reply.text);
};

requireNode();
await main().catch((error) => fail(error.message));
