import { DomainError } from '#libs/kernel';
import { PUBLIC_TYPES } from '../public-events.js';

const MOST_HEADERS = 10;
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const VALUE = /^[\x20-\x7e]{1,1000}$/;
/** What makes the request what it is. */
const RESERVED =
  /^(webhook-.*|content-.*|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|date|user-agent|proxy-.*|accept-encoding|cookie|x-forwarded-.*|forwarded)$/;

/** Error: `webhooks.event_type_unknown`. */
export const checkEventTypes = (types: readonly string[]): void => {
  types.forEach((type, index) => {
    if (type !== '*' && !PUBLIC_TYPES.includes(type))
      throw DomainError.invalid(
        'webhooks.event_type_unknown',
        `/eventTypes/${index}`,
        'There is no such event. GET /api/v1/webhook-event-types lists them; "*" is all of them.',
      );
  });
};

/** Names in lower case. Error: `webhooks.header_refused`. */
export const checkedHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> => {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const refuse = (detail: string): DomainError =>
    DomainError.invalid('webhooks.header_refused', '/headers', detail);
  if (entries.length > MOST_HEADERS) throw refuse(`At most ${MOST_HEADERS} headers.`);
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw refuse('Each header once only.');
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!NAME.test(name)) throw refuse('A header name is 1 to 64 letters, digits and hyphens.');
      if (RESERVED.test(name)) throw refuse(`The header ${name} is set by us; choose another.`);
      if (typeof value !== 'string' || !VALUE.test(value) || value.trim() !== value)
        throw refuse(`The value of ${name} must be 1 to 1000 printable ASCII characters.`);
      return [name, value] as const;
    }),
  );
};
