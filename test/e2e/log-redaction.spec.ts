import { Logger } from '@nestjs/common';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const folder = mkdtempSync(join(tmpdir(), 'logs-'));
const file = join(folder, 'frontdesk.log');
const MODEL_KEY = `canary-model-key-${newId()}`;
let host: TestApp;

beforeAll(async () => {
  host = await TestApp.start({
    model: 'scripted',
    env: { LOG_LEVEL: 'info', LOG_DESTINATION: file, OPENAI_API_KEY: MODEL_KEY, SEND_ATTEMPTS: '1' },
  });
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

describe('what is logged', () => {
  it('says nothing of who wrote, what they wrote, or any secret, whether it goes well or not', async () => {
    const phone = `4915${String(process.hrtime.bigint()).slice(-9)}`;
    const name = 'Zephyrine Quixworth';
    const words = `canary${newId().slice(-12)}`;
    const token = `EAAGcanary${newId().replaceAll('-', '')}`;
    const email = `canary-${newId().slice(-12)}@mail.example.org`;
    const tenant = await host.createTenant();
    // The model refuses: the turn fails, with everything that it knows in the error.
    host.openai.handler = () => Promise.reject(new Error('the model is out of order'));
    await tenant.whatsapp(phone, `Hello ${words}`, { name });
    await eventually('the message is there', async () => {
      const { body } = await tenant.get<{ data: { preview: string }[] }>('/api/v1/threads?limit=10');
      return body.data.some(({ preview }) => preview.includes(words));
    });
    // Wrong log-ins, wrong bodies, wrong tokens.
    await tenant.post('/api/v1/auth/login', { email, password: `password-${words}` });
    await tenant.post('/api/v1/bookings', { customer: { name, phone: `+${phone}` }, notes: words });
    await tenant.post('/api/v1/channels', {
      provider: 'meta-whatsapp',
      name,
      account: phone,
      accessToken: token,
    });
    await tenant.get(`/api/v1/threads?startingAfter=${words}&token=${token}`);
    // And code that is careless with what it was given.
    const careless = {
      customer: { name, phone },
      text: words,
      apiKey: MODEL_KEY,
      credentials: { accessToken: token },
    };
    const error = new Error(`no answer to ${phone} for ${email} with Bearer ${MODEL_KEY}`);
    new Logger('careless').error(
      { ...careless, err: error },
      `could not write to ${phone} or ${email} with ${token}`,
    );
    await eventually('the careless line is there', () =>
      readFileSync(file, 'utf8').includes('could not write to'),
    );
    await eventually('the failure is logged', () => /model|turn|delivery/i.test(readFileSync(file, 'utf8')));
    const log = readFileSync(file, 'utf8').toLowerCase();
    expect(log).toContain(tenant.id);
    const canaries = { phone, name, words, token, email, MODEL_KEY };
    const found = Object.entries(canaries).filter(([, text]) => log.includes(text.toLowerCase()));
    expect(found.map(([what]) => what)).toEqual([]);
  });
});
