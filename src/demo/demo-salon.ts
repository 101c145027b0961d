/** The business that a newcomer finds. Open every day, so that "tomorrow at three" always makes sense. */
export const DEMO_SALON = {
  slug: 'demo-salon',
  name: 'Salon Lumen',
  timeZone: 'Europe/Berlin',
  country: 'DE',
  currency: 'EUR',
  language: 'en',
} as const;

/** Public key of its web chat: the page at /chat talks to it when no other is named. */
export const DEMO_WEBCHAT = 'demo-salon';

const price = (amount: number) => ({ amount, currency: DEMO_SALON.currency });

export const DEMO_SERVICES = [
  {
    name: 'Manicure',
    description: 'Classic manicure with gel polish',
    durationMinutes: 60,
    bufferAfterMinutes: 10,
    price: price(3500),
  },
  {
    name: 'Pedicure',
    description: 'Spa pedicure',
    durationMinutes: 75,
    bufferAfterMinutes: 10,
    price: price(4500),
  },
  {
    name: 'Haircut',
    description: 'Wash, cut and blow-dry',
    durationMinutes: 45,
    bufferAfterMinutes: 5,
    price: price(4000),
  },
  {
    name: 'Hair colouring',
    description: 'One colour, full length',
    durationMinutes: 120,
    bufferAfterMinutes: 15,
    price: price(9500),
  },
  {
    name: 'Massage',
    description: 'Back and shoulders',
    durationMinutes: 50,
    bufferAfterMinutes: 10,
    price: price(5500),
  },
] as const;

type ServiceName = (typeof DEMO_SERVICES)[number]['name'];

export const DEMO_STAFF: readonly { name: string; services: readonly ServiceName[] }[] = [
  { name: 'Anna', services: ['Manicure', 'Pedicure'] },
  { name: 'Olena', services: ['Manicure', 'Pedicure', 'Massage'] },
  { name: 'Marta', services: ['Haircut', 'Hair colouring', 'Manicure'] },
  { name: 'Jonas', services: ['Haircut', 'Massage'] },
];

const WEEKDAY = [{ from: '09:00', to: '20:00' }];

export const DEMO_HOURS = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
  weekday,
  intervals: weekday === 7 ? [{ from: '10:00', to: '18:00' }] : WEEKDAY,
}));
