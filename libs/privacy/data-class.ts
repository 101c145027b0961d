/** Kinds of personal data that are kept for the same time. A retention policy and a legal hold name them. */
export const DATA_CLASSES = {
  'unnamed-conversations':
    'Conversations of customers without a name and without a booking, counted from their closing',
  conversations: 'Conversations and the customers who had them, counted from their closing',
  messages: 'What was said, in conversations that have had their answer',
  'raw-events': 'What providers sent, as it came',
  transcripts: 'What the model was told and answered, and what its tools did',
  deliveries: 'Delivery statuses and attempts',
  bookings: 'Who had a booking, counted from its end; the slot itself stays',
  events: 'Settled internal events and the notes that they were handled',
  exports: 'Exports made for a data-subject request; they also have a time of their own',
  counterparties:
    'Counterparties with everything that was checked and decided about them, counted from the end of the year of their archiving',
  members: 'Members of staff, their access and their sessions',
  usage: 'Token counts and costs of model calls',
  audit: 'The audit trail',
  invoices: 'Invoices and other accounting vouchers',
} as const satisfies Record<string, string>;

export type DataClass = keyof typeof DATA_CLASSES;

export const ALL_DATA_CLASSES = Object.keys(DATA_CLASSES) as DataClass[];

export const isDataClass = (value: unknown): value is DataClass =>
  typeof value === 'string' && Object.hasOwn(DATA_CLASSES, value);
