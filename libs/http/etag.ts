import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { DomainError } from '#libs/kernel';

/** The entity tag of a version: 3 is `"3"`. Every answer whose body has an integer `version` carries it as `ETag`. */
export const etagOf = (version: number): string => `"${version}"`;

/** The version an If-Match header asks for; undefined when absent or `*`. Error: `http.if_match_invalid` (422). */
export const versionOf = (ifMatch: string | undefined): number | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const digits = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch)?.[1];
  if (digits === undefined) {
    throw DomainError.invalid(
      'http.if_match_invalid',
      'If-Match',
      'If-Match must be the ETag you read, such as "3".',
    );
  }
  return Number(digits);
};

const PARAMETERS = 'swagger/apiParameters';

/** Documents `If-Match` and the 412. `@IfMatch()` does it by itself; here for a handler that says it once more. */
export const ApiIfMatch = (): MethodDecorator => (target, method, descriptor) => {
  const handler = descriptor.value as object;
  const known = (Reflect.getMetadata(PARAMETERS, handler) ?? []) as { name?: unknown }[];
  if (known.some(({ name }) => name === 'If-Match')) return;
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag you read. The write is refused with 412 when somebody has changed the row since.',
    schema: { type: 'string', pattern: '^"\\d+"$' },
    example: '"3"',
  })(target, method, descriptor as PropertyDescriptor);
};

const documentHeader = (target: object, method: string | symbol | undefined): void => {
  const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
  if (method !== undefined && descriptor !== undefined) ApiIfMatch()(target, method, descriptor);
};

/** Handler parameter: `@IfMatch() expectedVersion: number | undefined`. It documents its header and the 412 itself. */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined =>
    versionOf(
      context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers[
        'if-match'
      ],
    ),
  [documentHeader],
);
