import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { DomainError, isId, type ErrorDetail } from '#libs/kernel';
import { inputFaults, pointerTo } from './input-faults.js';

class Failed extends Error {
  constructor(readonly errors: ValidationError[]) {
    super('validation failed');
  }
}

/**
 * Turns plain input into its DTO and refuses what does not fit, or is not known, with a pointer to each fault.
 * A path parameter named `id` or `...Id` must be a UUID. Error: `http.validation_failed` (422).
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      exceptionFactory: (errors: ValidationError[]) => new Failed(errors),
    });
  }

  override async transform(given: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, data } = metadata;
    // No body at all is an empty one: what a route requires of it is then named field by field.
    const value = type === 'body' && data === undefined && given === undefined ? {} : given;
    if (type === 'param' && data !== undefined && /^id$|Id$/.test(data) && !isId(value))
      throw refuse([{ pointer: data, detail: `${data} must be a UUID` }]);
    if (
      type === 'body' &&
      data === undefined &&
      (typeof value !== 'object' || value === null || Array.isArray(value)) &&
      this.toValidate(metadata)
    )
      throw refuse([{ pointer: '', detail: 'the body must be a JSON object' }]);
    if (this.toValidate(metadata)) {
      const faults = inputFaults(value, type === 'body');
      if (faults.length > 0) throw refuse(faults);
    }
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (error instanceof Failed) throw refuse(detailsOf(error.errors, type === 'body'));
      throw error;
    }
  }
}

/** Every fault with its place: a JSON pointer into a body, `a.b` in a query. */
export const detailsOf = (
  errors: readonly ValidationError[],
  inBody: boolean,
  parent: readonly string[] = [],
): ErrorDetail[] =>
  errors.flatMap((error) => {
    const path = [...parent, error.property];
    const pointer = pointerTo(path, inBody);
    const own = Object.values(error.constraints ?? {}).map((detail) => ({
      pointer,
      detail: upperBound(detail),
    }));
    return [...own, ...detailsOf(error.children ?? [], inBody, path)];
  });

/** class-validator repeats an unknown property's name in its message; a hostile one may be very long. */
const upperBound = (detail: string): string => (detail.length > 300 ? `${detail.slice(0, 300)}…` : detail);

const refuse = (errors: ErrorDetail[]): DomainError =>
  new DomainError('invalid', 'http.validation_failed', 'The request breaks a rule: see errors.', {
    errors: errors.slice(0, 100),
  });
