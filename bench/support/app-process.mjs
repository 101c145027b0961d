import { createApp, migrateDatabase } from '#app/bootstrap';
import { CreateChannelCommand } from '#contracts/channels';
import { CreateTenantCommand } from '#contracts/tenancy';
import { loadSettings } from '#libs/config';
import { newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { answerCalls } from './child.mjs';

const settings = loadSettings(process.env);
await migrateDatabase(settings);
const app = await createApp(settings, { embedded: false });
await app.listen(settings.http.port, settings.http.host);
const dispatcher = app.get(Dispatcher);

const as = (tenantId, work) =>
  runInContext({ tenantId, actor: { kind: 'system', id: 'bench' }, traceId: newId() }, work);

/** A business with its owner and a WhatsApp number. */
const createTenant = async ({ owner, phoneNumberId }) => {
  const id = newId();
  const profile = { timeZone: 'Europe/Berlin', country: 'DE', currency: 'EUR', language: 'en' };
  await as(id, async () => {
    await dispatcher.request(
      new CreateTenantCommand({
        slug: `salon-${id}`,
        name: 'Salon',
        ...profile,
        owner: { ...owner, name: 'Owner' },
      }),
    );
    const credentials = { accessToken: settings.meta.accessToken };
    await dispatcher.request(
      new CreateChannelCommand({
        provider: 'meta-whatsapp',
        name: 'WhatsApp',
        account: phoneNumberId,
        credentials,
      }),
    );
  });
  return id;
};

const { port } = app.getHttpServer().address();
answerCalls({ port }, { createTenant }, () => app.close());
