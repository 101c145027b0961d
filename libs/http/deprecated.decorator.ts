import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const DEPRECATED = 'frontdesk:deprecated';
export const DEPRECATED_EXTENSION = 'x-deprecated';

export interface Deprecation {
  /** The day from which on nobody should start to use it, ISO-8601: `2026-03-01`. */
  readonly since: string;
  /** The day from which on it answers 410. */
  readonly sunset?: string;
  /** The path to use instead: `/api/v2/services`. */
  readonly successor?: string;
}

/** Milliseconds. @throws Error, at the start, when it is no date. */
export const instantOf = (name: string, text: string): number => {
  const at = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(at))
    throw new Error(`@Deprecated: ${name} "${text}" is no ISO-8601 date`);
  return at;
};

/**
 * Announces the end of a route: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link; rel="successor-version"` on all its
 * answers, refusals too; `deprecated: true` in the document; 410 `http.gone` from the sunset on.
 */
export const Deprecated = (deprecation: Deprecation): MethodDecorator => {
  const since = instantOf('since', deprecation.since);
  if (deprecation.sunset !== undefined && instantOf('sunset', deprecation.sunset) <= since)
    throw new Error('@Deprecated: sunset must be after since');
  return applyDecorators(
    SetMetadata(DEPRECATED, deprecation),
    ApiExtension(DEPRECATED_EXTENSION, { ...deprecation }),
  );
};
