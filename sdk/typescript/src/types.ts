import type { components, operations } from './generated/schema.js';

export type Schemas = components['schemas'];
export type OperationId = keyof operations;

type Parameters<O extends OperationId> = operations[O]['parameters'];
/** A part of the input: required when one of its members is. */
type Part<Name extends string, T> = [T] extends [undefined]
  ? object
  : Partial<T> extends T
    ? { [K in Name]?: T }
    : { [K in Name]: T };
type Given<T, K extends PropertyKey> = T extends { [P in K]?: infer V } ? NonNullable<V> : never;
type JsonOf<T> = T extends { content: infer C }
  ? C extends { 'application/json': infer J }
    ? J
    : C extends Record<string, infer Other>
      ? Other
      : never
  : never;
type Body<O extends OperationId> = operations[O] extends { requestBody: infer B }
  ? { body: JsonOf<B> }
  : operations[O] extends { requestBody?: infer B }
    ? [NonNullable<B>] extends [never]
      ? object
      : { body?: JsonOf<NonNullable<B>> }
    : object;

/** What an operation takes: `path`, `query` and `body`, as far as it has them. */
export type Input<O extends OperationId> = Part<'path', Given<Parameters<O>, 'path'>> &
  Part<'query', Given<Parameters<O>, 'query'>> &
  Body<O>;

type Responses<O extends OperationId> = operations[O]['responses'];
type Successful = 200 | 201 | 202;
type Answer<T> = T extends { content: Record<string, never> } | { content?: never } ? undefined : JsonOf<T>;

/** What an operation answers: its body, or undefined when it has none. */
export type Output<O extends OperationId> =
  Extract<keyof Responses<O>, Successful> extends never
    ? undefined
    : { [S in Extract<keyof Responses<O>, Successful>]: Answer<Responses<O>[S]> }[Extract<
        keyof Responses<O>,
        Successful
      >];
