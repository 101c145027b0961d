import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT, StepFailed, quietly, requireNode, step } from './lib.mjs';
import { awaitReply, postWhatsApp, readDemo } from './whatsapp.mjs';

const FIRST_START_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 10_000;
const REPLY_LIMIT_MS = 30_000;
const ADMIN = { email: 'smoke@demo-salon.example', password: 'smoke-test-password-1' };
const CUSTOMER = '16505551234';

/** Runs one step after another until one fails; answers how many passed and failed, those not run being failed. */
const runSteps = async (steps) => {
  let passed = 0;
  for (const [title, work] of steps) {
    try {
      await step(`smoke: ${title}`, work);
      passed += 1;
    } catch (error) {
      if (error.output) console.log(error.output);
      console.log(error.stack ?? error);
      break;
    }
  }
  return { passed, failed: steps.length - passed };
};

const check = (holds, message) => {
  if (!holds) throw new StepFailed(message, server?.output.slice(-4000));
};

let server;

/** `npm start` in the folder, as a newcomer would, but on a free port and with a known password. */
const start = async (folder) => {
  const startedAt = Date.now();
  // Whatever this machine has set must not reach it: a newcomer has set nothing.
  const { DATABASE_URL, REDIS_URL, TEST_DATABASE_URL, TEST_REDIS_URL, npm_execpath, ...rest } = process.env;
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...rest, PORT: '0', DEMO_ADMIN_EMAIL: ADMIN.email, DEMO_ADMIN_PASSWORD: ADMIN.password },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  server = {
    child,
    output: '',
    ended: false,
    exit: new Promise((done) => child.once('exit', (code) => done(code))),
  };
  const current = server;
  void server.exit.then(() => (current.ended = true));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (server.output += chunk));

  while (!(await healthy(folder))) {
    check(!current.ended, 'npm start ended by itself');
    check(Date.now() - startedAt < FIRST_START_LIMIT_MS, 'not up in time');
    await pause(250);
  }
};

const healthy = async (folder) => {
  const demo = readDemo(join(folder, '.data'));
  if (!demo) return false;
  return fetch(new URL('/health', demo.baseUrl), { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
};

/** Ctrl-C: the terminal signals the whole process group. */
const interrupt = async (folder) => {
  const startedAt = performance.now();
  process.kill(-server.child.pid, 'SIGINT');
  const inTime = await Promise.race([
    server.exit.then(() => true),
    pause(STOP_LIMIT_MS, false, { ref: false }),
  ]);
  check(inTime, `still running ${STOP_LIMIT_MS / 1000} s after Ctrl-C`);
  while (await healthy(folder)) {
    check(performance.now() - startedAt < STOP_LIMIT_MS, 'npm has ended, but the application still serves');
    await pause(100);
  }
};

const login = async (demo) => {
  const response = await fetch(new URL('/api/v1/auth/login', demo.baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  check(response.ok, `login answered ${response.status}: ${await response.clone().text()}`);
  return (await response.json()).accessToken;
};

const threadsOf = async (demo, token) => {
  const response = await fetch(new URL('/api/v1/threads', demo.baseUrl), {
    headers: { authorization: `Bearer ${token}` },
  });
  check(response.ok, `the threads answered ${response.status}`);
  return (await response.json()).data;
};

/** A newcomer's first minutes, on a clean clone of the last commit. */
export const smoke = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-smoke-'));
  const demo = () => readDemo(join(folder, '.data'));
  let threads = [];
  try {
    return await runSteps([
      ['clone', () => quietly(['git', 'clone', '--quiet', '--no-hardlinks', ROOT, folder])],
      ['npm start is up and healthy', () => start(folder)],
      ['the administrator logs in', () => login(demo())],
      [
        'a WhatsApp message is answered',
        async () => {
          const sentAt = new Date().toISOString();
          const response = await postWhatsApp(
            demo(),
            CUSTOMER,
            'Hi, can I book a manicure tomorrow at 15:00?',
          );
          check(response.status === 200, `the webhook answered ${response.status}`);
          const replies = await awaitReply(demo(), CUSTOMER, sentAt, REPLY_LIMIT_MS);
          check(replies.length > 0, 'no reply came');
          threads = await threadsOf(demo(), await login(demo()));
          check(threads.length > 0, 'the conversation is not in the list');
        },
      ],
      ['Ctrl-C ends it', () => interrupt(folder)],
      [
        'a restart keeps the data',
        async () => {
          await start(folder);
          const kept = await threadsOf(demo(), await login(demo()));
          const ids = kept.map((thread) => thread.id);
          check(
            threads.every((thread) => ids.includes(thread.id)),
            'the conversation is gone',
          );
        },
      ],
      ['Ctrl-C ends it again', () => interrupt(folder)],
    ]);
  } finally {
    if (server && !server.ended) process.kill(-server.child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

if (process.argv[1] === import.meta.filename) {
  requireNode();
  const { failed } = await smoke();
  process.exit(failed === 0 ? 0 : 1);
}
