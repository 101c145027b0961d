import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { loadSettings } from '#libs/config';
import { newId, SystemClock } from '#libs/kernel';
import { type Mail, mailerOf, parseAddress } from '#libs/mail';
import { MailServer } from '../support/mail-server.js';

const schema = JSON.parse(
  readFileSync(join(process.cwd(), 'test/fixtures/sendgrid/mail-send.schema.json'), 'utf8'),
) as object;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

interface Seen {
  readonly body: Record<string, unknown>;
  readonly authorization: string | undefined;
}

/** SendGrid on loopback: it takes only what its own description allows, from who has the key. */
class FakeSendGrid {
  readonly seen: Seen[] = [];
  readonly faults: unknown[] = [];
  next: { status: number; headers?: Record<string, string> } = { status: 202 };
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeSendGrid> {
    const held: { self?: FakeSendGrid } = {};
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as Record<string, unknown>;
        const { authorization } = request.headers;
        const rightPlace = request.method === 'POST' && request.url === '/v3/mail/send';
        const valid = rightPlace && validate(body);
        if (!valid) held.self?.faults.push(rightPlace ? validate.errors : request.url);
        held.self?.seen.push({ body, authorization });
        const answer = held.self?.next ?? { status: 500 };
        const status = authorization !== 'Bearer SG.key' ? 401 : valid ? answer.status : 400;
        response.writeHead(status, answer.headers).end(status === 202 ? '' : '{"errors":[{"message":"no"}]}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    held.self = new FakeSendGrid(
      server,
      `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    );
    return held.self;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

const mail = (more: Partial<Mail> = {}): Mail => ({
  id: newId(),
  to: { address: 'olena@lumen.example', name: 'Olena' },
  subject: 'Підтвердьте адресу',
  text: 'Вітаємо!\n\nhttps://desk.example/account/verify-email#token=abc\n',
  html: '<p>Вітаємо!</p>',
  ...more,
});
const mailer = (env: Record<string, string>) =>
  mailerOf(loadSettings({ MAIL_FROM: 'Desk <desk@frontdesk.example>', ...env }), new SystemClock());
const failing = (failure: string) => expect.objectContaining({ failure }) as Error;

describe('mails', () => {
  describe('through SendGrid', () => {
    let sendgrid: FakeSendGrid;
    beforeAll(async () => {
      sendgrid = await FakeSendGrid.start();
    });
    afterAll(() => sendgrid.stop());
    const through = (key = 'SG.key') => mailer({ SENDGRID_API_KEY: key, SENDGRID_API_URL: sendgrid.url });

    it('are what its contract asks for, with links left alone', async () => {
      sendgrid.next = { status: 202 };
      await through().send(mail({ replyTo: { address: 'salon@lumen.example' } }));
      expect(sendgrid.faults).toEqual([]);
      expect(sendgrid.seen.at(-1)?.body).toMatchObject({
        from: { email: 'desk@frontdesk.example', name: 'Desk' },
        personalizations: [{ to: [{ email: 'olena@lumen.example', name: 'Olena' }] }],
        tracking_settings: { click_tracking: { enable: false } },
      });
    });

    it('are refused by the fake when they break the contract, so that the test above means something', () => {
      expect(validate({ ...sendgrid.seen.at(-1)?.body, from: 'nobody' })).toBe(false);
      expect(validate({ ...sendgrid.seen.at(-1)?.body, surprise: 1 })).toBe(false);
    });

    it.each([
      [400, 'rejected'],
      [413, 'rejected'],
      [403, 'auth-revoked'],
      [429, 'rate-limited'],
      [500, 'transient'],
      [503, 'transient'],
    ])('%i is %s', async (status, failure) => {
      sendgrid.next = { status };
      await expect(through().send(mail())).rejects.toEqual(failing(failure));
    });

    it('wait as long as the limit says', async () => {
      const reset = Math.floor(Date.now() / 1000) + 30;
      sendgrid.next = { status: 429, headers: { 'x-ratelimit-reset': String(reset) } };
      const error = await through()
        .send(mail())
        .catch((thrown: unknown) => thrown as { details: { retryAfterMs: number } });
      expect((error as { details: { retryAfterMs: number } }).details.retryAfterMs).toBeGreaterThan(20_000);
    });

    it('are not sent with a key that was revoked, nor to a server that is away', async () => {
      await expect(through('SG.other').send(mail())).rejects.toEqual(failing('auth-revoked'));
      const away = mailer({ SENDGRID_API_KEY: 'SG.key', SENDGRID_API_URL: 'http://127.0.0.1:9' });
      await expect(away.send(mail())).rejects.toMatchObject({ retryable: true });
    });
  });

  describe('through SMTP', () => {
    let server: MailServer;
    beforeAll(async () => {
      server = await MailServer.start();
    });
    afterAll(() => server.stop());

    it('arrive as text and HTML, from our sender, with an id of their own', async () => {
      const sent = mail();
      await mailer({ SMTP_URL: server.url }).send(sent);
      const received = await server.mailTo(sent.to.address);
      expect(received.text.replaceAll('\r\n', '\n').trim()).toBe(sent.text.trim());
      expect(received.html).toContain('Вітаємо!');
      expect(received.headers).toContain(`<${sent.id}@frontdesk.example>`);
      expect(received.headers).toMatch(/^From: Desk <desk@frontdesk\.example>/m);
      expect(received.headers).toMatch(/^Auto-Submitted: auto-generated/im);
    });

    it('do not let a name or a subject write headers', async () => {
      await mailer({ SMTP_URL: server.url }).send(
        mail({
          to: { address: 'x@y.example', name: 'A\r\nBcc: evil@z.example' },
          subject: 'B\r\nBcc: evil@z.example',
        }),
      );
      const received = await server.mailTo('x@y.example');
      expect(received.headers).not.toMatch(/^Bcc:/m);
    });

    it.each([
      [451, 'transient'],
      [550, 'rejected'],
      [535, 'auth-revoked'],
    ])('%i is %s', async (status, failure) => {
      server.refusals.push(status);
      await expect(mailer({ SMTP_URL: server.url }).send(mail())).rejects.toEqual(failing(failure));
    });

    it('wait for a server that is away', async () => {
      await expect(mailer({ SMTP_URL: 'smtp://127.0.0.1:9' }).send(mail())).rejects.toEqual(
        failing('transient'),
      );
    });
  });

  it('become files without any service, for their owner alone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'mails-'));
    await mailer({ DATA_DIR: dataDir }).send(mail());
    const [file = ''] = readdirSync(join(dataDir, 'mail'));
    expect(readFileSync(join(dataDir, 'mail', file), 'utf8')).toContain('To: Olena <olena@lumen.example>');
    expect(statSync(join(dataDir, 'mail', file)).mode & 0o077).toBe(0);
  });

  it.each([
    ['a@b.example', { address: 'a@b.example' }],
    ['Desk <a@b.example>', { address: 'a@b.example', name: 'Desk' }],
    ['"The Desk" <a@b.example>', { address: 'a@b.example', name: 'The Desk' }],
  ])('reads the sender %s', (text, address) => expect(parseAddress(text)).toEqual(address));
});
