import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';

interface Booking {
  code: string;
  status: string;
  serviceName: string;
  customer: { phone: string | null };
}

let host: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  host = await TestApp.start();
  tenant = await host.createTenant();
});

afterAll(() => host.stop());

/** Says one thing and waits for the answer to it. */
const say = async (from: string, text: string): Promise<string> => {
  const before = host.graph.messages.filter((m) => m.to === from).length;
  expect(await tenant.whatsapp(from, text)).toBe(200);
  const messages = await host.graph.waitForMessages(before + 1, { to: from });
  return messages[before]?.text ?? '';
};

const confirmedBookingOf = (phone: string) =>
  eventually(`a confirmed booking of ${phone}`, async () => {
    const { body } = await tenant.get<{ data: Booking[] }>('/api/v1/bookings?status=confirmed&limit=100');
    return body.data.find((b) => b.customer.phone === phone);
  });

describe('a customer books through WhatsApp, with the offline model', () => {
  it.each([
    {
      language: 'English',
      from: '16505551234',
      lines: ['Hi, can I book a manicure tomorrow at 15:00?', 'yes please'],
    },
    {
      language: 'German',
      from: '4915112345678',
      lines: ['Hallo, ich möchte morgen um 15 Uhr zur Maniküre', 'ja gern'],
    },
    {
      language: 'Ukrainian',
      from: '380501234567',
      lines: ['Добрий день! Хочу манікюр завтра о 16:30', 'так'],
    },
    {
      language: 'Russian',
      from: '79161234567',
      lines: ['Здравствуйте, запишите на маникюр завтра в 18:00', 'да'],
    },
  ])('in $language, and gets a code', async ({ from, lines: [wish = '', consent = ''] }) => {
    await say(from, wish);
    const confirmation = await say(from, consent);
    const booking = await confirmedBookingOf(`+${from}`);
    expect(booking.serviceName).toBe('Manicure');
    expect(confirmation).toContain(booking.code);
    expect(host.graph.refusals).toEqual([]);
  });
});
