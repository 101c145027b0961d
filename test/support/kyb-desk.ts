import { Client } from 'pg';
import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { ScreeningEngine } from '../../src/kyb/application/screening/screening-engine.js';
import { TestApp, type TestAppOptions } from './app.js';
import { eventually } from './eventually.js';
import { euFile, type Listed, ListServer, takeList } from './list-server.js';
import { MailServer } from './mail-server.js';
import type { ApiAnswer, TestTenant } from './tenant.js';

export interface Alert {
  id: string;
  caseId: string;
  counterpartyId: string;
  checkId: string;
  subject: string;
  kind: string;
  severity: string;
  state: string;
  disposition: string | null;
  assigneeId: string | null;
  raisedAt: string;
  lastSeenAt: string;
  dueAt: string;
  version: number;
  code?: string;
}

export const FALSE_POSITIVE = { disposition: 'false_positive', reasonCode: 'different_person' };
export const TRUE_MATCH = { disposition: 'true_match', reasonCode: 'identity_confirmed' };

const PASSWORD = 'correct-horse-battery';

/** A business with two people who may decide, a list that says what the test wants, and a mailbox for everybody. */
export class KybDesk {
  private constructor(
    readonly host: TestApp,
    readonly lists: ListServer,
    readonly mail: MailServer,
    readonly tenant: TestTenant,
    readonly second: { token: string; id: string; email: string },
  ) {}

  static async start(
    listed: readonly Listed[],
    { env = {}, clock }: Pick<TestAppOptions, 'env' | 'clock'> = {},
  ): Promise<KybDesk> {
    const lists = await ListServer.start();
    const mail = await MailServer.start();
    const host = await TestApp.start({
      env: { ...lists.env, SMTP_URL: mail.url, ...env },
      ...(clock ? { clock } : {}),
    });
    const tenant = await host.createTenant();
    const desk = new KybDesk(host, lists, mail, tenant, { token: '', id: '', email: '' });
    await desk.publish(listed);
    Object.assign(desk.second, await desk.member('admin'));
    return desk;
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await Promise.all([this.lists.stop(), this.mail.stop()]);
  }

  async member(role: 'admin' | 'auditor' | 'agent'): Promise<{ token: string; id: string; email: string }> {
    const email = `${role}-${newId()}@example.test`;
    await this.host.as(this.tenant.id, () =>
      this.host.dispatcher.request(new AddMemberCommand({ email, name: role, password: PASSWORD, role })),
    );
    const { body } = await this.tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password: PASSWORD,
    });
    const me = await this.tenant.get<{ id: string }>('/api/v1/me', {
      authorization: `Bearer ${body.accessToken}`,
    });
    return { token: body.accessToken, id: me.body.id, email };
  }

  /** As the links that were mailed to them do it. */
  async verifyMailboxes(): Promise<void> {
    const client = new Client({ connectionString: this.host.settings.database.url ?? '' });
    await client.connect();
    await client.query('UPDATE person SET email_verified_at = now()');
    await client.end();
  }

  /** Whom a mail about something went to, once there is one; sorted. */
  async mailedAbout(subject: RegExp, id: string, atLeast = 1): Promise<string[]> {
    const found = await eventually(`${atLeast} mails ${String(subject)}`, () => {
      const mails = this.mailsAbout(subject, id);
      return mails.length >= atLeast && mails;
    });
    return found.map(({ to }) => to).sort();
  }

  mailsAbout(subject: RegExp, id: string) {
    return this.mail.mails.filter(({ headers, text }) => subject.test(headers) && text.includes(id));
  }

  /** A new edition of the EU list, searched from now on. */
  async publish(entities: readonly Listed[]): Promise<void> {
    this.lists.say('/eu.xml', euFile(entities));
    await takeList(this.host.app.get(ListRefresher), 'eu');
    await this.host.app.get(ScreeningEngine).refresh();
  }

  async counterparty(names: readonly string[], over: object = {}): Promise<string> {
    const { body } = await this.tenant.post<{ id: string }>('/api/v1/kyb/counterparties', {
      kind: 'person',
      names,
      monitoring: { schedule: 'off' },
      ...over,
    });
    return body.id;
  }

  check(counterpartyId: string, sources: readonly string[] = ['screening']): Promise<ApiAnswer> {
    return this.tenant.post(`/api/v1/kyb/counterparties/${counterpartyId}/checks`, { sources });
  }

  async alertsOf(counterpartyId: string): Promise<Alert[]> {
    return (
      await this.tenant.get<{ data: Alert[] }>(
        `/api/v1/kyb/alerts?counterpartyId=${counterpartyId}&limit=100`,
      )
    ).body.data;
  }

  /** The alert of a counterparty, once it is as wanted. */
  when(counterpartyId: string, what: string, holds: (alert: Alert) => boolean): Promise<Alert> {
    return eventually(what, async () => (await this.alertsOf(counterpartyId)).find(holds));
  }

  /** A counterparty that hits an entry, and its alert. */
  async suspect(name: string, over: object = {}): Promise<Alert> {
    const id = await this.counterparty([name], over);
    await this.check(id);
    return this.when(id, 'an alert', () => true);
  }

  act(
    id: string,
    what: string,
    body: object = {},
    { token = this.tenant.token, tag }: { token?: string; tag?: number } = {},
  ): Promise<ApiAnswer<Alert>> {
    return this.tenant.post<Alert>(`/api/v1/kyb/alerts/${id}/${what}`, body, {
      authorization: `Bearer ${token}`,
      ...(tag === undefined ? {} : { 'if-match': `"${tag}"` }),
    });
  }

  /** Decided by two people. */
  async decide(id: string, proposal: object = FALSE_POSITIVE): Promise<void> {
    await this.act(id, 'propose', proposal);
    const { status } = await this.act(id, 'approve', {}, { token: this.second.token });
    if (status !== 200) throw new Error(`the decision was refused: ${status}`);
  }

  async rule(kind: string, rule: object): Promise<void> {
    const whole = { alert: true, severity: 'high', decideWithinHours: 24, stops: [], ...rule };
    const { status } = await this.tenant.call('PUT', '/api/v1/kyb/rules', { [kind]: whole });
    if (status !== 200) throw new Error(`the rule was refused: ${status}`);
  }

  async events(type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.host.query<{ payload: Record<string, unknown> }>(
      this.tenant.id,
      'SELECT payload FROM outbox_event WHERE type = $1 ORDER BY id',
      [type],
    );
    return rows.map(({ payload }) => payload);
  }
}
