import { AddMemberCommand } from '#contracts/tenancy';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { ScreeningEngine } from '../../src/kyb/application/screening/screening-engine.js';
import { TestApp } from './app.js';
import { eventually } from './eventually.js';
import { exampleOfParameter, examplesOfBody, type Operation, OPERATIONS } from './examples.js';
import { FakeDns } from './fake-dns.js';
import { euFile, ListServer } from './list-server.js';
import { MailServer } from './mail-server.js';
import type { TestTenant } from './tenant.js';
import { TestClock } from './test-clock.js';

type Json = Record<string, unknown>;

export interface ExampleAnswer {
  readonly status: number;
  /** null: it is no JSON. */
  readonly body: Json | null;
}

/** The dates of the examples lie soon after it. */
const NOW = Date.parse('2026-11-20T10:00:00Z');

/** Sends operations as the document's examples show them, as the owner of a business that has something of each kind. */
export class ExampleRun {
  /** Ids of things that there are, by the path that takes them, with `{}` for each parameter. */
  private readonly things = new Map<string, string>();
  /** Members of bodies and parameters of queries that name such things, `…Ids` by `…Id`. A new kind of thing joins them here. */
  private named: Readonly<Record<string, string>> = {};

  private constructor(
    readonly host: TestApp,
    private readonly tenant: TestTenant,
    private readonly lists: ListServer,
    private readonly mail: MailServer,
    private readonly dns: FakeDns,
  ) {}

  static async start(): Promise<ExampleRun> {
    const clock = new TestClock();
    clock.pass(NOW - Date.now());
    const [lists, mail, dns] = await Promise.all([ListServer.start(), MailServer.start(), FakeDns.start()]);
    const host = await TestApp.start({
      clock,
      env: {
        ...lists.env,
        SMTP_URL: mail.url,
        DNS_RESOLVERS: dns.address,
        PUBLIC_URL: 'https://desk.example',
      },
    });
    const { email, password } = bodyOf('logIn') as { email: string; password: string };
    const tenant = await host.createTenant({ timeZone: 'Europe/Kyiv', currency: 'UAH', email, password });
    const run = new ExampleRun(host, tenant, lists, mail, dns);
    await run.furnish();
    return run;
  }

  async stop(): Promise<void> {
    try {
      await this.host.stop();
    } finally {
      await Promise.all([this.lists.stop(), this.mail.stop(), this.dns.stop()]);
    }
  }

  /** Each of its bodies; a GET without and with what may be left out. */
  async send(operation: Operation): Promise<ExampleAnswer[]> {
    await this.prepare(operation);
    const [content] = Object.entries(operation.requestBody?.content ?? {})
      .filter(([type]) => type.includes('json'))
      .map(([, each]) => each);
    const bodies = content ? examplesOfBody(content, 'request') : [undefined];
    const answers: ExampleAnswer[] = [];
    for (const all of operation.method === 'GET' ? [false, true] : [true])
      for (const body of bodies)
        answers.push(await this.fetch(operation, await this.urlOf(operation, all), this.real(body)));
    return answers;
  }

  private async fetch(
    { method, path, parameters = [] }: Operation,
    url: string,
    body: unknown,
  ): Promise<ExampleAnswer> {
    const key = parameters.find(({ name }) => name === 'Idempotency-Key');
    const answer = await fetch(`${this.host.url}${url}`, {
      method,
      headers: {
        authorization: `Bearer ${this.tenant.token}`,
        ...(key ? { 'idempotency-key': String(exampleOfParameter(key)) } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    const told = isJson ? (JSON.parse(text) as Json) : null;
    if (method === 'POST' && answer.ok && typeof told?.['id'] === 'string')
      this.things.set(`${path.replace(PARAMETER, '{}')}/{}`, told['id']);
    return { status: answer.status, body: told };
  }

  /** With ids of things that there are, where there are any. */
  private async urlOf({ path, parameters = [] }: Operation, all: boolean): Promise<string> {
    let url = '';
    let place = '';
    for (const part of path.split('/').slice(1)) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      const list = place;
      place += name === undefined ? `/${part}` : '/{}';
      if (name === undefined) url += `/${part}`;
      else {
        const id = this.things.get(place) ?? (await this.firstOf(list, url));
        const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
        url += `/${encodeURIComponent(id ?? String(parameter && exampleOfParameter(parameter)))}`;
      }
    }
    const query = new URLSearchParams();
    for (const each of parameters)
      if (each.in === 'query' && (all || each.required))
        query.set(
          each.name,
          each.name === 'startingAfter' && each.schema['format'] === 'uuid'
            ? ((await this.firstOf(place, url)) ?? String(exampleOfParameter(each)))
            : String(this.real(exampleOfParameter(each), each.name)),
        );
    return query.size > 0 ? `${url}?${query.toString()}` : url;
  }

  /** The id of the first row of a list, where `place` is one. */
  private async firstOf(place: string, url: string): Promise<string | undefined> {
    const list = OPERATIONS.find(
      ({ method, path }) => method === 'GET' && path.replace(PARAMETER, '{}') === place,
    );
    if (!list) return undefined;
    const { body } = await this.tenant.get<{ data?: { id?: unknown }[] }>(url);
    const id = Array.isArray(body.data) ? body.data[0]?.id : undefined;
    return typeof id === 'string' ? id : undefined;
  }

  private real(value: unknown, name = ''): unknown {
    if (typeof value === 'string') return this.named[name] ?? value;
    if (Array.isArray(value)) return value.map((each) => this.real(each, name.replace(/Ids$/, 'Id')));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.real(each, key)]));
  }

  /** What no operation makes by its example alone. */
  private async furnish(): Promise<void> {
    const { tenant } = this;
    this.lists.say('/eu.xml', euFile([LISTED]));
    await this.host.app.get(ListRefresher).refresh('eu');
    await this.host.app.get(ScreeningEngine).refresh();
    const [suspect, alertInBulk] = await this.suspect();
    const [, alertId] = await this.suspect();
    await this.customer();
    const member = await this.host.as(tenant.id, () =>
      this.host.dispatcher.request(
        new AddMemberCommand({
          email: 'nadiia@salon-lumen.example',
          name: 'Nadiia',
          password: tenant.password,
          role: 'agent',
        }),
      ),
    );
    const teamId = await this.make('/api/v1/teams', { name: 'Massage', memberIds: [member.personId] });
    await this.make('/api/v1/channels', { provider: 'webchat', name: 'Web', account: 'demo-salon' });
    const domainId = await this.make('/api/v1/domains', { name: 'salon.example' });
    await this.prove(domainId);
    await this.make(`/api/v1/domains/${domainId}/verify`, {});
    const me = await tenant.get<{ id: string }>('/api/v1/me');
    const { body: entry } = await tenant.get<{ hash: string }>('/api/v1/kyb/lists/eu/entries/EU.27.28');
    this.things.set('/api/v1/me/businesses/{}', tenant.id);
    this.things.set('/api/v1/kyb/alerts/{}', alertId);
    this.things.set('/api/v1/kyb/lists/{}', 'eu');
    this.things.set('/api/v1/kyb/lists/{}/entries/{}', 'EU.27.28');
    this.named = {
      serviceId: tenant.services.get('Haircut') ?? '',
      staffId: tenant.staff.get('Anna') ?? '',
      channelId: tenant.channelId,
      assigneeId: me.body.id,
      personId: member.personId,
      memberId: member.personId,
      teamId,
      tenantId: tenant.id,
      salon_id: tenant.id,
      toId: suspect,
      ids: alertInBulk,
      hash: entry.hash,
    };
  }

  private async make(path: string, body: object): Promise<string> {
    const answer = await this.tenant.post<{ id: string }>(path, body);
    if (answer.status >= 300)
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }

  /** A counterparty that hits an entry of a list, and its alert. */
  private async suspect(): Promise<[id: string, alertId: string]> {
    const id = await this.make('/api/v1/kyb/counterparties', { kind: 'organisation', names: LISTED.names });
    await this.tenant.post(`/api/v1/kyb/counterparties/${id}/checks`, { sources: ['screening'] });
    const alert = await eventually('an alert', async () => {
      const { body } = await this.tenant.get<{ data: { id: string }[] }>(
        `/api/v1/kyb/alerts?counterpartyId=${id}`,
      );
      return body.data[0];
    });
    return [id, alert.id];
  }

  /** Somebody who wrote on WhatsApp, from the number of the examples. */
  private async customer(): Promise<void> {
    await this.tenant.whatsapp('4915112345678', 'Hello', { sentAt: new Date(NOW) });
    await this.host.graph.waitForMessages(1, { to: '4915112345678' });
    const { body } = await this.tenant.get<{ data: { id: string }[] }>('/api/v1/threads');
    this.things.set('/api/v1/threads/{}', body.data[0]?.id ?? '');
  }

  /** Sets the records in the DNS that a domain asks for. */
  private async prove(domainId: string): Promise<void> {
    const { body } = await this.tenant.get<{ records?: { type: string; name: string; value: string }[] }>(
      `/api/v1/domains/${domainId}`,
    );
    for (const { type, name, value } of body.records ?? [])
      if (type === 'TXT') this.dns.txt.set(name, [value]);
  }

  private async prepare({ operationId }: Operation): Promise<void> {
    const domainId = this.things.get('/api/v1/domains/{}');
    if (operationId === 'verifyDomain' && domainId !== undefined) await this.prove(domainId);
    if (operationId === 'endSession') {
      const { body } = await this.tenant.get<{ data: { id: string; current: boolean }[] }>(
        '/api/v1/me/sessions',
      );
      this.things.set('/api/v1/me/sessions/{}', body.data.find(({ current }) => !current)?.id ?? '');
    }
  }
}

const LISTED = { id: 'EU.27.28', kind: 'organisation', names: ['Beispiel Handels GmbH'] } as const;
const PARAMETER = /\{\w+\}/g;

const bodyOf = (operationId: string): unknown => {
  const [content] = Object.values(
    OPERATIONS.find((each) => each.operationId === operationId)?.requestBody?.content ?? {},
  );
  return content && examplesOfBody(content, 'request')[0];
};
