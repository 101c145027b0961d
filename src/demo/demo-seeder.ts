import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CreateChannelCommand } from '#contracts/channels';
import {
  AddMemberCommand,
  CreateTenantCommand,
  SetPasswordCommand,
  TenantDirectory,
} from '#contracts/tenancy';
import type { Settings } from '#libs/config';
import { DomainError, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { DEMO_HOURS, DEMO_SALON, DEMO_SERVICES, DEMO_STAFF, DEMO_WEBCHAT } from './demo-salon.js';
import { type DemoFile, readDemoFile, writeDemoFile } from './demo-file.js';

const SANDBOX_TOKEN = 'sandbox-token';
const OWNER_NAME = 'Demo owner';

/** Sets up the demo salon through the public API, as an integrator would. Each step looks first: it can be repeated. */
export class DemoSeeder {
  private token = '';

  static of(app: NestFastifyApplication, settings: Settings): DemoSeeder {
    return new DemoSeeder(app, app.get(Dispatcher), app.get(TenantDirectory, { strict: false }), settings);
  }

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly dispatcher: Dispatcher,
    private readonly directory: TenantDirectory,
    private readonly settings: Settings,
  ) {}

  /** Answers how to get in; null where there is to be no demo. */
  async seed(): Promise<DemoFile | null> {
    const { demo, process: processSettings, meta } = this.settings;
    if (!demo.seed || processSettings.environment === 'production' || processSettings.role === 'worker')
      return null;
    const kept = readDemoFile(processSettings.dataDir);
    const samePerson = kept.adminEmail === demo.adminEmail;
    const password =
      demo.adminPassword ??
      (samePerson ? kept.adminPassword : undefined) ??
      randomBytes(16).toString('base64url');
    const tenantId = await this.ensureTenant(demo.adminEmail, password);
    const file: DemoFile = {
      baseUrl: await this.app.getUrl(),
      adminEmail: demo.adminEmail,
      adminPassword: password,
      phoneNumberId: demo.phoneNumberId,
      appSecret: meta.appSecret ?? '',
      verifyToken: meta.verifyToken ?? '',
    };
    await this.signIn(file);
    await this.ensureCalendar();
    await this.ensureChannels(tenantId);
    writeDemoFile(processSettings.dataDir, file);
    return file;
  }

  private async ensureTenant(email: string, password: string): Promise<string> {
    const known = await this.directory.idOfSlug(DEMO_SALON.slug);
    const tenantId = known ?? newId();
    // A password of the operator's choice may be shorter than what a member may choose: set apart from creation.
    const owner = { email, name: OWNER_NAME, password: randomBytes(24).toString('base64url') };
    await this.as(tenantId, async () => {
      if (known) await this.dispatcher.request(new AddMemberCommand({ ...owner, role: 'owner' }));
      else await this.dispatcher.request(new CreateTenantCommand({ ...DEMO_SALON, owner }));
      await this.dispatcher.request(new SetPasswordCommand({ email, password }));
    });
    return tenantId;
  }

  private async ensureCalendar(): Promise<void> {
    await this.call('PATCH', '/api/v1/calendar/settings', { timeZone: DEMO_SALON.timeZone });
    const services = new Map((await this.listed('/api/v1/services')).map(({ name, id }) => [name, id]));
    for (const service of DEMO_SERVICES)
      if (!services.has(service.name))
        services.set(service.name, (await this.call('POST', '/api/v1/services', service)).id);
    const known = new Set((await this.listed('/api/v1/staff')).map(({ name }) => name));
    for (const { name, services: does } of DEMO_STAFF.filter((person) => !known.has(person.name))) {
      const serviceIds = does.map((service) => services.get(service));
      const { id } = await this.call('POST', '/api/v1/staff', { name, serviceIds });
      await this.call('PUT', `/api/v1/staff/${id}/working-hours`, { days: DEMO_HOURS });
    }
  }

  private async ensureChannels(tenantId: string): Promise<void> {
    const { demo, meta } = this.settings;
    const accessToken = meta.accessToken ?? SANDBOX_TOKEN;
    const channels = await this.listed('/api/v1/channels');
    const whatsapp = channels.find(({ account }) => account === demo.phoneNumberId);
    if (whatsapp) await this.call('PATCH', `/api/v1/channels/${whatsapp.id}`, { accessToken });
    else
      await this.as(tenantId, () =>
        this.dispatcher.request(
          new CreateChannelCommand({
            provider: 'meta-whatsapp',
            name: 'WhatsApp',
            account: demo.phoneNumberId,
            credentials: { accessToken },
          }),
        ),
      );
    if (!channels.some(({ account }) => account === DEMO_WEBCHAT))
      await this.call('POST', '/api/v1/channels', {
        provider: 'webchat',
        name: 'Web page',
        account: DEMO_WEBCHAT,
      });
  }

  private async signIn({ adminEmail: email, adminPassword: password }: DemoFile): Promise<void> {
    const { accessToken } = await this.call('POST', '/api/v1/auth/login', { email, password });
    this.token = String(accessToken);
  }

  private async listed(path: string): Promise<{ id: string; name: string; account?: string }[]> {
    return (await this.call('GET', `${path}?limit=100`)).data as never;
  }

  private async call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    url: string,
    payload?: object,
  ): Promise<Record<string, unknown> & { id: string }> {
    const headers = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const response = await this.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    if (response.statusCode >= 400)
      throw new DomainError(
        'conflict',
        'demo.seed_failed',
        `The demo salon could not be set up: ${method} ${url} answered ${response.statusCode}: ${response.body}`,
      );
    return response.json();
  }

  private as<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return runInContext({ tenantId, actor: { kind: 'system', id: 'demo-seeder' }, traceId: newId() }, work);
  }
}
