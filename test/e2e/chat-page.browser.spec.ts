import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { Server, type Socket } from 'socket.io';
import { configureHttp } from '#libs/http';
import { newId } from '#libs/kernel';
import { ChatBrand } from '../../src/channels/http/chat-brand.js';
import { ChatPageController } from '../../src/channels/http/chat-page.controller.js';
import {
  CHAT_NAMESPACE,
  MESSAGE_EVENT,
  TYPING_EVENT,
  type WebchatMessage,
} from '../../src/channels/infrastructure/providers/webchat/webchat.wire.js';
import { TestApp } from '../support/app.js';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run';
const PATIENCE_MS = 40_000;

const inBrowser = existsSync(CHROMIUM) || process.env.CI ? describe : describe.skip;
if (inBrowser === describe.skip)
  process.stderr.write(
    `chat-page.browser.spec: skipped, there is no ${CHROMIUM} (apt-get install chromium)\n`,
  );

@Module({
  controllers: [ChatPageController],
  providers: [
    { provide: ChatBrand, useValue: { find: () => Promise.resolve({ channel: null, branding: null }) } },
  ],
})
class PageModule {}

type Ack = { ok: boolean; code?: string; message?: string };
type Sent = { id: string; text: string };

/** Plays WebchatGateway, of which it keeps the protocol, and misbehaves on demand; the page and its headers are the real ones. */
class FakeDesk {
  history: WebchatMessage[] = [];
  /** Each message that came, the repeated ones as often as they came. */
  readonly came: Sent[] = [];
  readonly handshakes: Record<string, unknown>[] = [];
  /** What a message is answered, and when; null leaves it without an answer. */
  answer: (message: Sent) => Ack | null | Promise<Ack> = () => ({ ok: true });
  /** What the session waits for. */
  gate: Promise<unknown> = Promise.resolve();
  /** Messages that came before their session. */
  early = 0;
  /** Whether what came is in the history at once: with the real gateway it is there a moment later. */
  drains = true;
  private app?: NestFastifyApplication;
  private io?: Server;
  private port = 0;
  private seconds = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/chat`;
  }

  async start(): Promise<void> {
    this.app = await NestFactory.create<NestFastifyApplication>(PageModule, new FastifyAdapter(), {
      logger: false,
    });
    this.io = new Server(this.app.getHttpServer());
    this.io.of(CHAT_NAMESPACE).on('connection', async (socket) => this.welcome(socket));
    await configureHttp(this.app);
    await this.app.listen(this.port, '127.0.0.1');
    this.port = (this.app.getHttpServer().address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.io?.engine.close();
    await this.app?.close();
  }

  /** In the history, as if it had been said while nobody listened. */
  writes(
    text: string,
    author: WebchatMessage['author'] = 'assistant',
    clientId: string | null = null,
  ): WebchatMessage {
    const known = this.history.find((message) => clientId !== null && message.clientId === clientId);
    if (known) return known;
    this.seconds += 1;
    const at = new Date(Date.parse('2026-11-20T12:00:00Z') + this.seconds * 1_000).toISOString();
    const message = { id: newId(), clientId, author, text, at };
    this.history.push(message);
    return message;
  }

  says(text: string): WebchatMessage {
    const message = this.writes(text);
    this.emits(message);
    return message;
  }

  emits(message: WebchatMessage): void {
    this.io?.of(CHAT_NAMESPACE).emit(MESSAGE_EVENT, message);
  }

  types(): void {
    this.io?.of(CHAT_NAMESPACE).emit(TYPING_EVENT);
  }

  private async welcome(socket: Socket): Promise<void> {
    const { channel, token } = socket.handshake.auth as { channel?: string; token?: string };
    this.handshakes.push({ channel, token });
    if (channel !== 'demo-salon') {
      socket.emit('refused', { code: 'channels.webchat_unknown', message: 'There is no such web chat.' });
      socket.disconnect(true);
      return;
    }
    const visitor = token ?? `token-${this.handshakes.length}`;
    let hasSession = false;
    socket.on(MESSAGE_EVENT, async (message: Sent, acknowledge: (ack: Ack) => void) => {
      if (!hasSession) this.early += 1;
      this.came.push(message);
      const ack = await this.answer(message);
      if (ack?.ok !== false && this.drains) this.writes(message.text, 'customer', message.id);
      if (ack) acknowledge(ack);
    });
    await this.gate;
    hasSession = true;
    socket.emit('session', { token: visitor, messages: this.history });
  }
}

inBrowser('the chat page', () => {
  let browser: Browser;
  let desk: FakeDesk;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    desk = new FakeDesk();
    await desk.start();
    context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'UTC',
      viewport: { width: 900, height: 700 },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    faults = watch(page);
  });
  afterEach(async () => {
    await context.close();
    await desk.stop();
    expect(faults).toEqual([]);
  });

  const open = async (on = page): Promise<void> => {
    await on.goto(desk.url);
    await online(on);
  };
  const online = (on = page) => on.locator('#chat[data-state=online]').waitFor();
  const bubbles = (on = page) => on.locator('.bubble').allTextContents();
  const states = () => page.locator('.own .state').allTextContents();
  const write = async (text: string) => {
    await page.getByLabel('Your message').fill(text);
    await page.keyboard.press('Enter');
  };
  const away = async () => {
    await desk.stop();
    await page.getByText('Reconnecting…').first().waitFor();
  };
  const back = async () => {
    await desk.start();
    await online();
  };

  it('answers the page and its parts with types and tags, and 304 to who has them', async () => {
    for (const [path, type] of [
      ['', 'text/html; charset=utf-8'],
      ['/chat.css', 'text/css; charset=utf-8'],
      ['/chat.js', 'text/javascript; charset=utf-8'],
    ] as const) {
      const first = await fetch(desk.url + path);
      const etag = first.headers.get('etag') ?? '';
      expect([first.status, first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
        200,
        type,
        'no-cache',
      ]);
      expect(first.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect((await first.text()).length).toBeGreaterThan(1_000);
      const again = await fetch(desk.url + path, { headers: { 'if-none-match': `"other", W/${etag}` } });
      expect([again.status, await again.text()]).toEqual([304, '']);
      const changed = await fetch(desk.url + path, { headers: { 'if-none-match': '"other"' } });
      expect(changed.status).toBe(200);
    }
  });

  it('shows an own message at once, then as sent, and after a reload once, for the same visitor', async () => {
    await open();
    let acknowledge: (ack: Ack) => void = () => undefined;
    desk.answer = () => new Promise((resolve) => (acknowledge = resolve));
    await write('Hello');
    expect(await bubbles()).toEqual(['Hello']);
    expect(await states()).toEqual(['Sending…']);
    await becomes(async () => desk.came.length, 1);
    acknowledge({ ok: true });
    await becomes(states, ['Sent']);
    desk.says('Good day');
    await becomes(bubbles, ['Hello', 'Good day']);

    await page.reload();
    await online();
    await becomes(bubbles, ['Hello', 'Good day']);
    expect(desk.handshakes).toEqual([
      { channel: 'demo-salon', token: undefined },
      { channel: 'demo-salon', token: 'token-1' },
    ]);
    expect(await outbox(page)).toEqual([]);
  });

  it('keeps on screen, over a reload, what was acknowledged and is not in the history yet', async () => {
    desk.drains = false;
    await open();
    await write('Almost there');
    await becomes(states, ['Sent']);
    await page.reload();
    await online();
    expect(await bubbles()).toEqual(['Almost there']);
    expect(await states()).toEqual(['Sent']);
    expect(desk.came).toHaveLength(1);
  });

  it('loses and doubles nothing while the server is away, and keeps the order', async () => {
    await open();
    await write('one');
    await becomes(states, ['Sent']);
    await away();
    await write('two');
    await write('three');
    expect(await bubbles()).toEqual(['one', 'two', 'three']);
    desk.writes('said meanwhile');
    await back();
    await becomes(bubbles, ['one', 'said meanwhile', 'two', 'three']);
    await becomes(async () => desk.came.map(({ text }) => text), ['one', 'two', 'three']);
    await becomes(outboxStates, ['sent', 'sent']);

    await page.reload();
    await online();
    await becomes(bubbles, ['one', 'said meanwhile', 'two', 'three']);
    expect(await outbox(page)).toEqual([]);
    forgive(faults);
  });

  it('sends after a reload what was written without a connection', async () => {
    await open();
    await desk.stop();
    await page.getByText('Reconnecting…').first().waitFor();
    await write('first');
    await write('second');
    expect(await outboxStates()).toEqual(['pending', 'pending']);
    await desk.start();
    await page.reload();
    await online();
    await becomes(async () => [...new Set(desk.came.map(({ text }) => text))], ['first', 'second']);
    await becomes(bubbles, ['first', 'second']);
    forgive(faults);
  });

  it('sends again under the same id when the answer stays out, and then what was written after it', async () => {
    desk.answer = () => (desk.came.length === 1 ? null : { ok: true });
    await page.clock.install();
    await open();
    await write('unanswered');
    await write('next');
    await becomes(async () => desk.came.length, 1);
    await page.clock.runFor(10_000);
    await becomes(async () => desk.came.map(({ text }) => text), ['unanswered', 'unanswered', 'next']);
    expect(new Set(desk.came.map(({ id }) => id)).size).toBe(2);
    await becomes(async () => (await states()).every((state) => state === 'Sent'), true);
    expect(await bubbles()).toEqual(['unanswered', 'next']);
  });

  it('shows once what is delivered twice, by the message, the echo of another tab and the history', async () => {
    await open();
    const message = desk.says('Only once');
    desk.emits(message);
    desk.emits({ ...message, text: 'Only once.' });
    await becomes(bubbles, ['Only once.']);

    const other = await context.newPage();
    await open(other);
    expect(await bubbles(other)).toEqual(['Only once']);
    desk.emits({
      id: 'client-0001',
      clientId: 'client-0001',
      author: 'customer',
      text: 'From a tab',
      at: message.at,
    });
    desk.writes('From a tab', 'customer', 'client-0001');
    await becomes(() => bubbles(other), ['Only once', 'From a tab']);
    await away();
    await back();
    await becomes(bubbles, ['Only once', 'From a tab']);
    expect(desk.handshakes.at(-1)).toEqual(desk.handshakes.at(1));
    forgive(faults);
  });

  it('is one visitor in two tabs opened at once, and sends nothing before the session', async () => {
    let letIn: () => void = () => undefined;
    desk.gate = new Promise<void>((resolve) => (letIn = resolve));
    const other = await context.newPage();
    await other.goto(desk.url);
    await page.goto(desk.url);
    await becomes(async () => desk.handshakes.length, 2);
    await write('early bird');
    letIn();
    await online();
    await online(other);
    await becomes(states, ['Sent']);
    expect([desk.early, desk.came.length]).toEqual([0, 1]);
    // Both came without a token; the one that lost comes again with that of the one that won.
    await becomes(async () => desk.handshakes.length, 3);
    expect(new Set(desk.handshakes.map(({ token }) => token))).toEqual(
      new Set([undefined, await token(page)]),
    );
  });

  it('is not misled by a wrong clock of the visitor', async () => {
    await page.clock.install({ time: '2031-01-01T00:00:00Z' });
    desk.drains = false;
    await open();
    await write('one');
    await becomes(states, ['Sent']);
    desk.says('answer to one');
    await write('two');
    await becomes(bubbles, ['one', 'answer to one', 'two']);
  });

  it('says why a message was refused, and sends it when asked to', async () => {
    desk.answer = ({ text }) =>
      text === 'bad' ? { ok: false, code: 'x.y', message: 'Not now.' } : { ok: true };
    await open();
    await write('bad');
    await write('good');
    await page.getByText('Not sent: Not now.', { exact: true }).waitFor();
    await becomes(async () => desk.came.map(({ text }) => text), ['bad', 'good']);
    desk.answer = () => ({ ok: true });
    await page.reload();
    await online();
    await page.getByRole('button', { name: 'Retry' }).click();
    await becomes(bubbles, ['good', 'bad']);
    await becomes(async () => desk.history.map(({ text }) => text), ['good', 'bad']);
    await becomes(() => page.getByRole('button', { name: 'Retry' }).count(), 0);
  });

  it('waits, in order, where there were too many at once', async () => {
    const busy = {
      ok: false,
      code: 'channels.webchat_too_many',
      message: 'Too many messages at once; wait a moment.',
    };
    desk.answer = () => (desk.came.length === 1 ? busy : { ok: true });
    await open();
    await write('one');
    await write('two');
    await page.getByText('Waiting: too many messages at once').waitFor();
    await becomes(async () => desk.history.map(({ text }) => text), ['one', 'two']);
  });

  it('shows that an answer is being written until it comes, or for half a minute', async () => {
    await page.clock.install();
    await open();
    const dots = page.locator('#typing');
    desk.types();
    await dots.waitFor({ state: 'visible' });
    await page.getByText('The assistant is typing.').waitFor({ state: 'attached' });
    desk.says('Here');
    await dots.waitFor({ state: 'hidden' });
    // The page's time stands still from here on, however long the machine takes.
    await page.clock.pauseAt((await page.evaluate<number>('Date.now()')) + 10_000);
    desk.types();
    await dots.waitFor({ state: 'visible' });
    await page.clock.runFor(29_000);
    expect(await dots.isVisible()).toBe(true);
    await page.clock.runFor(2_000);
    expect(await dots.isVisible()).toBe(false);
  });

  it('shows text as text, whatever it is, and breaks what is too long', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    const nasty = [
      '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
      '"><svg/onload=alert(1)> javascript:alert(1) &lt;b&gt;',
      'W'.repeat(1_000),
    ];
    await open();
    for (const text of nasty) {
      await write(text);
      desk.says(text);
    }
    await becomes(async () => (await bubbles()).length, 6);
    expect(new Set(await bubbles())).toEqual(new Set(nasty));
    await page.reload();
    await online();
    await becomes(async () => (await bubbles()).length, 6);
    expect(await page.locator('.bubble *').count()).toBe(0);
    expect(await page.title()).toBe('Chat with us');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(
      await page.evaluate(
        "document.getElementById('log').scrollWidth <= document.getElementById('log').clientWidth",
      ),
    ).toBe(true);
  });

  it('is used by the keyboard alone', async () => {
    await open();
    const field = page.getByLabel('Your message');
    expect(await focused(page)).toBe('text');
    await page.keyboard.type('line one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('line two');
    await page.keyboard.press('Enter');
    await becomes(bubbles, ['line one\nline two']);
    expect(await field.inputValue()).toBe('');
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toBe('log');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('text');
    await page.keyboard.press('Enter');
    expect(await bubbles()).toHaveLength(1);
  });

  it('offers first words, by keyboard too, until something is said', async () => {
    await open();
    const chips = page.getByRole('group', { name: 'Suggestions' });
    expect(await chips.getByRole('button').count()).toBe(3);
    await page.getByRole('button', { name: 'Wann habt ihr geöffnet?' }).focus();
    await page.keyboard.press('Enter');
    await becomes(bubbles, ['Wann habt ihr geöffnet?']);
    expect(await chips.isVisible()).toBe(false);
    expect(await focused(page)).toBe('text');
  });

  it('has names and roles for those who do not see it', async () => {
    desk.writes('Hi', 'customer', 'client-0001');
    desk.writes('Good day');
    desk.writes('I take over', 'agent');
    await open();
    expect(await page.locator('main').ariaSnapshot()).toBe(
      [
        '- main:',
        '  - heading "Chat with us" [level=1]',
        '  - paragraph: Ask a question or book a visit',
        '  - log "Conversation":',
        '    - list:',
        '      - listitem:',
        `        - text: ${await page.locator('.day').first().textContent()} You`,
        '        - paragraph: Hi',
        '        - time: 12:00',
        '        - text: Sent',
        '      - listitem:',
        '        - text: Assistant',
        '        - paragraph: Good day',
        '        - time: 12:00',
        '      - listitem:',
        '        - text: Team',
        '        - paragraph: I take over',
        '        - time: 12:00',
        '  - text: Your message',
        '  - textbox "Your message":',
        '    - /placeholder: Write a message',
        '  - button "Send" [disabled]',
        '  - paragraph: Enter sends, Shift + Enter starts a new line',
        '  - status',
      ].join('\n'),
    );
    expect(await page.locator('#log').getAttribute('aria-live')).toBe('polite');
  });

  it('says so where there is no such chat, and takes no message', async () => {
    await page.goto(`${desk.url}?channel=nobody`);
    await page.getByText('This chat is not available. There is no such web chat.').first().waitFor();
    expect(await page.getByLabel('Your message').isDisabled()).toBe(true);
    expect(desk.handshakes).toEqual([{ channel: 'nobody', token: undefined }]);
  });

  const outboxStates = async () => (await outbox(page)).map(({ status }) => status);
});

inBrowser('the chat page of a business', () => {
  let browser: Browser;
  let host: TestApp;
  beforeAll(async () => {
    host = await TestApp.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  it('books a visit, and shows the same conversation after a reload', async () => {
    const tenant = await host.createTenant();
    const channel = { provider: 'webchat', name: 'Web page', account: 'salon-page' };
    expect((await tenant.post('/api/v1/channels', channel)).status).toBe(201);
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const faults = watch(page);
    const shown = () => page.locator('.bubble').allTextContents();
    const answers = page.locator('.message:not(.own) .bubble');

    await page.goto(`${host.url}/chat?channel=salon-page`);
    await page.getByRole('button', { name: 'Hi, can I book a manicure tomorrow at 15:00?' }).click();
    await answers.first().waitFor();
    await page.getByLabel('Your message').fill('yes please');
    await page.keyboard.press('Enter');
    await answers.nth(1).waitFor();
    const { body } = await tenant.get<{ data: { code: string }[] }>('/api/v1/bookings?status=confirmed');
    expect(await answers.nth(1).textContent()).toContain(body.data[0]?.code);

    const before = await shown();
    expect(before).toHaveLength(4);
    await page.reload();
    await page.locator('#chat[data-state=online]').waitFor();
    await becomes(shown, before);
    expect(await outbox(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

const launch = () => chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' '), timeout: 100_000 });

const watch = (page: Page): string[] => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => (line.type() === 'error' ? faults.push(line.text()) : undefined));
  page.on('dialog', (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
};

/** The browser itself reports a server that is away; nothing else is forgiven. */
const forgive = (faults: string[]): void => {
  const left = faults.filter((fault) => !/ERR_CONNECTION_REFUSED|WebSocket connection to/.test(fault));
  faults.splice(0, faults.length, ...left);
};

const focused = (page: Page) => page.evaluate('document.activeElement.id') as Promise<string>;

const token = (page: Page) =>
  page.evaluate("localStorage.getItem('frontdesk.chat/demo-salon/token')") as Promise<string>;

const outbox = (page: Page) =>
  page.evaluate(
    "Object.keys(localStorage).filter((key) => key.includes('/outbox/')).map((key) => JSON.parse(localStorage.getItem(key)))",
  ) as Promise<{ status: string }[]>;

const becomes = async <T>(read: () => Promise<T>, wanted: T): Promise<void> => {
  const attempts = PATIENCE_MS / 25;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (isDeepStrictEqual(await read(), wanted)) return;
    await pauseFor(25);
  }
  expect(await read()).toEqual(wanted);
};
