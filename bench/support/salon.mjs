import { newOwner, signIn } from './app.mjs';
import { PHONE_NUMBER_ID } from './webhooks.mjs';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** A business with `staff` people who all do one service, open as `hours` says on every day. */
export const createSalon = async (app, { staff, timeZone, hours, service, settings }) => {
  const owner = newOwner();
  const tenantId = await app.ask('createTenant', { owner, phoneNumberId: PHONE_NUMBER_ID });
  const token = await signIn(app, owner);
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${app.about.port}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await call('PATCH', '/calendar/settings', { timeZone, ...settings });
  const { id: serviceId } = await call('POST', '/services', {
    name: 'Manicure',
    price: { amount: 3500, currency: 'EUR' },
    ...service,
  });
  const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, intervals: [hours] }));
  const staffIds = [];
  for (let i = 0; i < staff; i += 1) {
    const { id } = await call('POST', '/staff', { name: `Person ${i}`, serviceIds: [serviceId] });
    await call('PUT', `/staff/${id}/working-hours`, { days });
    staffIds.push(id);
  }
  return { tenantId, token, serviceId, staffIds };
};

/** The first midnight of UTC that is `days` from now. */
export const midnightIn = (days) => new Date(Math.floor(Date.now() / DAY + days) * DAY);
