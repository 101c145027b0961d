import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** What every answer says, whoever writes it. Routes say more, and may say otherwise. */
export const BASE_HEADERS = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy':
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/**
 * Sets them before anybody else sees the request: the socket server answers without the router, and the router refuses what it cannot
 * read without a hook (OWASP ASVS 5.0, 3.4). To be called when the server listens, after the socket server has put itself in front.
 */
export const setBaseHeaders = (server: Server): void => {
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(BASE_HEADERS)) response.setHeader(name, value);
  });
};
