import { ProviderError, type ProviderFailure } from '#libs/kernel';

/** The guard refused to call: no byte left the house. `code` is stable, see `UrlRefusal`, and `net.address_refused`. */
export class RefusedByGuard extends ProviderError {
  constructor(code: string, message: string) {
    super('outgoing', 'rejected', message, { code });
    this.name = 'RefusedByGuard';
  }
}

export const netError = (failure: ProviderFailure, code: string, message: string): ProviderError =>
  new ProviderError('outgoing', failure, message, { code });

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO|UNSPECIFIED)/;
const CONNECTING = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
  'ENETDOWN',
  'EACCES',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const DNS = new Set([
  'ENOTFOUND',
  'ENODATA',
  'ESERVFAIL',
  'EREFUSED',
  'ETIMEOUT',
  'EAI_AGAIN',
  'EBADRESP',
  'EBADNAME',
]);

/**
 * Classifies what went wrong on the way. `connected`: the request may have arrived, and so have had its effect. The message
 * names no host and no path: it may be shown and logged.
 */
export const classify = (error: unknown, connected: boolean): ProviderError => {
  if (error instanceof ProviderError) return error;
  const { code = '', name = '' } = error as { code?: string; name?: string };
  if (TLS.test(code))
    return netError('rejected', 'net.tls_failed', `The TLS certificate or handshake was refused (${code}).`);
  if (name === 'TimeoutError' || (/TIMEOUT$/.test(code) && !DNS.has(code)))
    return connected
      ? netError('unknown-outcome', 'net.timeout', 'There was no complete answer in time.')
      : netError('transient', 'net.connect_timeout', 'No connection could be made in time.');
  if (DNS.has(code) && !connected)
    return netError('transient', 'net.name_not_resolved', `The host name could not be resolved (${code}).`);
  if (CONNECTING.has(code) || !connected)
    return netError('transient', 'net.connect_failed', `No connection could be made (${code || name}).`);
  if (name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return netError('rejected', 'net.answer_invalid', 'The answer is not valid HTTP.');
  return netError('unknown-outcome', 'net.connection_lost', `The connection was lost (${code || name}).`);
};
