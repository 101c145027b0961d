import { AddMemberCommand, BusinessSignedUp, CreateTenantCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { Rescreener } from '../../src/kyb/application/monitoring/rescreener.js';
import { ScreeningEngine } from '../../src/kyb/application/screening/screening-engine.js';
import { RetentionRunner } from '../../src/privacy/application/retention/retention-runner.js';
import { TestApp, type TestAppOptions } from './app.js';
import { idle, messagesOf, newCustomer, threadOf } from './conversation.js';
import { eventually } from './eventually.js';
import { FakeDns } from './fake-dns.js';
import { euFile, ListServer, takeList } from './list-server.js';
import type { TestTenant } from './tenant.js';
import { WebhookReceiver } from './webhook-receiver.js';

const DAY_MS = 86_400_000;
const LISTED = { id: 'EU.1', names: ['Arkady Vymyslov'] };
const REJECTED = { status: 400, code: 131026, message: '(#131026) Message undeliverable' };

/** One of each kind of thing that routes take the id of. */
export type Things = Awaited<ReturnType<ThingMaker['thingsOf']>>;
export type ThingKind = keyof Things;

interface Id {
  readonly id: string;
}

/** Whoever is listed, for a counterparty that is to hit the list. */
export const LISTED_NAME = LISTED.names[0]!;

/** An application with what things of every kind need: a sanctions list, and a receiver of webhooks. */
export class ThingMaker {
  private constructor(
    readonly host: TestApp,
    readonly lists: ListServer,
    readonly receiver: WebhookReceiver,
    private readonly dns: FakeDns,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<ThingMaker> {
    const [lists, receiver] = [await ListServer.start(), await WebhookReceiver.start()];
    const dns = await FakeDns.start();
    lists.say('/eu.xml', euFile([LISTED]));
    lists.say('/vies/check-vat-number', JSON.stringify({ valid: true, name: 'Partner', address: 'Berlin' }));
    const host = await TestApp.start({
      ...options,
      env: {
        ...lists.env,
        DNS_RESOLVERS: dns.address,
        KYB_LISTS: 'eu',
        VIES_ENABLED: 'true',
        VIES_API_URL: `${lists.url}/vies`,
        OUTGOING_ALLOWED_NETWORKS: '127.0.0.1/32',
        OUTGOING_ALLOWED_PORTS: '1-65535',
        WEBHOOK_POLL_MS: '30',
        ...options.env,
      },
    });
    await takeList(host.app.get(ListRefresher), 'eu');
    await host.app.get(ScreeningEngine).refresh();
    return new ThingMaker(host, lists, receiver, dns);
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await Promise.all([this.lists.stop(), this.receiver.stop(), this.dns.stop()]);
  }

  /** Makes one thing of each kind as people and jobs make them; whatever takes words has `word` in it. */
  async thingsOf(owner: TestTenant, word: string) {
    const conversation = await this.conversationOf(owner, word);
    const things = {
      tenant: owner.id,
      ...conversation,
      ...(await this.peopleOf(owner, word)),
      ...(await this.calendarOf(owner, word)),
      ...(await this.referralsOf(owner)),
      ...(await this.webhooksOf(owner, word)),
      ...(await this.kybOf(owner, word)),
      ...(await this.privacyOf(owner, conversation.phone, word)),
      ...(await this.auditOf(owner)),
    };
    await idle(this.host, owner);
    return things;
  }

  private async conversationOf(owner: TestTenant, word: string) {
    const [from, refused] = [newCustomer(), newCustomer()];
    await owner.whatsapp(from, `Hello, I am ${word}`, { name: `Customer ${word}` });
    const thread = await threadOf(owner, from);
    await idle(this.host, owner);
    this.host.graph.failNext(1, REJECTED);
    await owner.whatsapp(refused, `Hello from ${word}`, { name: `Refused ${word}` });
    const deadLetter = await eventually('a dead letter', () => this.newest(owner, 'dead-letters'));
    const [message] = await messagesOf(owner, thread.id);
    return {
      channel: owner.channelId,
      thread: thread.id,
      customer: thread.customer.id,
      phone: `+${from}`,
      message: message!.id,
      deadLetter,
    };
  }

  private async peopleOf(owner: TestTenant, word: string) {
    const email = `agent-${newId()}@${word}.example`;
    const password = owner.password;
    await this.host.as(owner.id, () =>
      this.host.dispatcher.request(new AddMemberCommand({ email, name: word, password, role: 'agent' })),
    );
    const thread = (await this.newest(owner, 'threads'))!;
    const members = await this.all<{ id: string; email: string }>(owner, 'members');
    const me = await owner.get<Id>('/api/v1/me');
    await this.made(owner, 'auth/login', { email: owner.email, password });
    const sessions = await this.all<{ id: string; current: boolean }>(owner, 'me/sessions');
    const invitation = await this.made(owner, 'invitations', { email: `new@${word}.example`, role: 'agent' });
    const apiKey = await this.made(owner, 'api-keys', { name: word, scopes: ['services:read'] });
    const member = members.find((each) => each.email === email)!.id;
    const role = { name: word, permissions: ['threads:read'], dataScope: 'team' };
    const team = (await this.made(owner, 'teams', { name: word, memberIds: [member] })).id;
    await this.made(owner, `threads/${thread}/assign`, { assigneeId: member, teamId: team });
    return {
      role: (await this.made(owner, 'roles', role)).id,
      team,
      owner: me.body.id,
      member,
      session: sessions.find(({ current }) => !current)!.id,
      invitation: invitation.id,
      apiKey: apiKey.id,
      domain: (await this.made(owner, 'domains', { name: `${word}.example.org` })).id,
    };
  }

  private async calendarOf(owner: TestTenant, word: string) {
    const service = await this.made(owner, 'services', {
      name: `Cut ${word}`,
      durationMinutes: 30,
      price: { amount: 1000, currency: 'EUR' },
    });
    const staff = owner.staff.get('Anna')!;
    const [hoursException] = await Promise.all(
      [9, 10].map((ahead) =>
        this.made(owner, 'calendar/exceptions', {
          staffId: staff,
          date: new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10),
          intervals: [],
          note: word,
        }),
      ),
    );
    const booking = await this.made(owner, 'bookings', {
      serviceId: owner.services.get('Manicure'),
      staffId: staff,
      startsAt: new Date(Date.now() + 8 * DAY_MS).toISOString().replace(/T.*/, 'T12:00:00Z'),
      customer: { name: `Guest ${word}`, phone: '+49301234567' },
      notes: word,
    });
    return {
      service: service.id,
      staff,
      hoursException: hoursException!.id,
      booking: booking.id,
      bookableService: owner.services.get('Manicure')!,
    };
  }

  private async referralsOf(owner: TestTenant) {
    const { body } = await owner.get<{ code: string }>('/api/v1/referrals');
    const tenantId = newId();
    await this.host.as(tenantId, () =>
      this.host.app.get(UnitOfWork).run(async () => {
        const { ownerId } = await this.host.dispatcher.request(
          new CreateTenantCommand({
            slug: `new-${tenantId}`,
            name: 'Referred',
            timeZone: 'Europe/Berlin',
            country: 'DE',
            currency: 'EUR',
            language: 'de',
            owner: { email: `owner-${tenantId}@new.example`, name: 'Bruno', password: owner.password },
          }),
        );
        const told = { tenantId, ownerId, referralCode: body.code, country: 'DE' };
        await this.host.app.get(Outbox).append(BusinessSignedUp.make(tenantId, told));
      }),
    );
    return {
      referral: await eventually('a referral', () => this.newest(owner, 'referrals/businesses')),
      referralEntry: await eventually('a reward', () => this.newest(owner, 'referrals/ledger')),
    };
  }

  private async webhooksOf(owner: TestTenant, word: string) {
    const endpoint = await this.made(owner, 'webhook-endpoints', {
      url: `${this.receiver.url}/${owner.id}`,
      description: word,
      eventTypes: ['*'],
    });
    const path = `webhook-endpoints/${endpoint.id}`;
    const delivery = await this.made(owner, `${path}/test`, {});
    const attempts = `${path}/deliveries/${delivery.id}/attempts`;
    return {
      webhookEndpoint: endpoint.id,
      webhookDelivery: delivery.id,
      webhookAttempt: await eventually('an attempt', () => this.newest(owner, attempts)),
    };
  }

  private async kybOf(owner: TestTenant, word: string) {
    const contact = newId();
    const listed = await this.made(owner, 'kyb/counterparties', {
      kind: 'person',
      names: [LISTED_NAME, `Alias ${word}`],
      vatNumber: 'DE136695976',
      contactId: contact,
      note: word,
    });
    const partner = await this.made(owner, 'kyb/counterparties', {
      kind: 'organisation',
      names: [`Partner ${word}`],
    });
    const at = `kyb/counterparties/${listed.id}`;
    const relation = await this.made(owner, `${at}/relations`, { toId: partner.id, kind: 'owner_of' });
    const csv = `name,reference\nImported ${word},I-1\n`;
    const imported = await this.made(owner, 'kyb/counterparties/imports', { fileName: `${word}.csv`, csv });
    await this.made(owner, `${at}/checks`, { sources: ['screening', 'vies'] });
    await this.host.as(owner.id, () => this.host.app.get(Rescreener).run());
    const alert = await eventually(
      'an alert',
      async () => (await this.all<Id & { caseId: string }>(owner, 'kyb/alerts'))[0],
    );
    await this.made(owner, `kyb/alerts/${alert.id}/notes`, { note: word });
    // A second event each: of a list of one, the page after it is like that after many a stranger.
    await owner.call('PUT', `/api/v1/kyb/cases/${alert.caseId}/priority`, { priority: 'low' });
    if ((await this.all<Id>(owner, `kyb/cases/${alert.caseId}/history`)).length < 2)
      throw new Error('the case has one event alone');
    return {
      counterparty: listed.id,
      partner: partner.id,
      contact,
      relation: relation.id,
      counterpartyImport: imported.id,
      check: (await this.newest(owner, `kyb/checks?counterpartyId=${listed.id}`))!,
      change: (await this.newest(owner, `${at}/changes`))!,
      snapshot: (await this.newest(owner, `${at}/snapshots`))!,
      risk: await eventually('a risk', () => this.newest(owner, `${at}/risk/history`)),
      run: (await this.newest(owner, 'kyb/runs'))!,
      alert: alert.id,
      alertEvent: (await this.newest(owner, `kyb/alerts/${alert.id}/history`))!,
      case: alert.caseId,
      caseEvent: (await this.newest(owner, `kyb/cases/${alert.caseId}/history`))!,
    };
  }

  private async privacyOf(owner: TestTenant, phone: string, word: string) {
    const request = await this.made(owner, 'privacy/requests', {
      kind: 'export',
      subject: { phone },
      reason: word,
    });
    await eventually('the export', async () => {
      const { body } = await owner.get(`/api/v1/privacy/requests/${request.id}`);
      return body['state'] === 'completed';
    });
    const hold = await this.made(owner, 'privacy/holds', {
      subject: { phone },
      reason: word,
      authority: word,
    });
    await this.host.as(owner.id, () => this.host.app.get(RetentionRunner).run());
    const retentionRun = await this.newest(owner, 'privacy/retention/runs');
    return { privacyRequest: request.id, legalHold: hold.id, retentionRun: retentionRun! };
  }

  private async auditOf(owner: TestTenant) {
    const asked = await this.made(owner, 'audit/exports', { format: 'jsonl' });
    const ready = await eventually('the audit export', async () => {
      const { body } = await owner.get<{ status: string; files: { name: string }[] }>(
        `/api/v1/audit/exports/${asked.id}`,
      );
      return body.status === 'ready' && body;
    });
    const [entry] = await this.all<{ id: string; request: Id }>(owner, 'audit/entries?kind=change');
    return {
      auditExport: asked.id,
      exportFile: ready.files[0]!.name,
      auditHead: (await this.made(owner, 'audit/heads', {})).id,
      auditEntry: entry!.id,
      request: entry!.request.id,
    };
  }

  /** What a POST made. @throws Error unless it did. */
  private async made<T = Id>(owner: TestTenant, path: string, body: object): Promise<T & Id> {
    const answer = await owner.post<T & Id>(`/api/v1/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  private async all<T>(owner: TestTenant, path: string): Promise<T[]> {
    const { status, body } = await owner.get<{ data: T[] }>(`/api/v1/${path}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body.data;
  }

  private async newest(owner: TestTenant, path: string): Promise<string | undefined> {
    return (await this.all<Id>(owner, path))[0]?.id;
  }
}
