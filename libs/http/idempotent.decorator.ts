import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

export const IDEMPOTENT = 'frontdesk:idempotent';
export const IDEMPOTENCY_KEY = 'idempotency-key';

/**
 * Lets a caller repeat a POST safely: with an `Idempotency-Key` (1-255 printable ASCII characters) the first success is kept
 * for 24 hours in the transaction that had the effect, and the same key with the same request answers it again with
 * `Idempotency-Replayed: true`. Errors: `http.idempotency_mismatch` (422: same key, other request),
 * `http.idempotency_in_flight` (409: the first one is still at work), `http.idempotency_key_invalid` (422).
 * `sealed`: the kept answer is encrypted, for one that holds a secret shown only once.
 * The whole handler runs in one unit of work, so it must make no network call.
 */
export const Idempotent = (options: { sealed?: boolean } = {}): MethodDecorator =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, options.sealed ? 'sealed' : 'plain'),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Makes a retry safe: the same key with the same request answers the first result again, for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
      example: 'booking-2026-03-14-0012',
    }),
  );
