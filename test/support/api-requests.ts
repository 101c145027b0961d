import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { newId } from '#libs/kernel';
import { type ApiRoute, resolve, type Schema } from './api-routes.js';
import type { ThingKind } from './business-things.js';
import { type IdPosition, kindAt } from './id-positions.js';

type FullSchema = Schema &
  Readonly<Record<string, unknown>> & {
    readonly items?: Schema;
    readonly format?: string;
    readonly pattern?: string;
  };

/** An id that is chosen when the request is sent, of what there is by then; null: of any kind. */
export class Ref {
  constructor(
    readonly kind: ThingKind | null,
    readonly at: number,
  ) {}
}

/** A request whose ids are not chosen yet. */
export interface RequestPlan {
  readonly route: ApiRoute;
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      0,
      -1,
      1.5,
      1e308,
      -1e15,
      Number.MAX_SAFE_INTEGER,
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud83d',
    ],
    ...[
      'x'.repeat(20_000),
      '2026-02-30T25:61:00Z',
      '9999-12-31',
      '0000-00-00',
      'Mars/Olympus',
      'not-a-uuid',
      '٣',
    ],
    ...['__proto__', "'; DROP TABLE booking; --", '{{7*7}}', '../../etc/passwd', '\u202e', '1e309', 'NaN'],
    ...[[], {}, [[[[[]]]]], [null], { $ne: null }, { a: { b: { c: { d: {} } } } }],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

const DAY_MS = 86_400_000;
const instants = fc.integer({ min: -40, max: 40 }).map((days) => new Date(Date.now() + days * DAY_MS));
export const refTo = (kind: ThingKind | null) => fc.nat().map((at) => new Ref(kind, at));

export interface Known {
  readonly body?: fc.Arbitrary<unknown>;
  readonly query?: fc.Arbitrary<Record<string, unknown>>;
}

/** Requests of the document's operations: as it describes them, and as it does not. */
export class RequestMaker {
  /**
   * Nothing that is sent may lead out of the machine: `loopback` takes the place of addresses. `known`: what comes past the
   * rules of an operation, where the examples of the document do not.
   */
  constructor(
    private readonly loopback: string,
    private readonly known: Readonly<Record<string, Known>> = {},
  ) {}

  plans(route: ApiRoute): fc.Arbitrary<RequestPlan> {
    const segments = [...route.path.matchAll(/\{(\w+)\}/g)].map(
      ([, name = '']): [string, fc.Arbitrary<unknown>] => [
        name,
        fc.oneof(
          { weight: 12, arbitrary: this.segment(route, name) },
          { weight: 2, arbitrary: refTo(null) },
          { weight: 1, arbitrary: hostile },
        ),
      ],
    );
    const known = this.known[route.id];
    const names = [...route.query, 'zzz'];
    const wild = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(refTo(null), fc.constantFrom<unknown>('2026-12-01', '5'), hostile),
      { maxKeys: 3 },
    );
    const tame = fc.record(
      Object.fromEntries(route.query.map((name) => [name, this.parameter(route, name)])),
      { requiredKeys: route.query.filter((name) => route.required.includes(name)) },
    );
    return fc.record({
      route: fc.constant(route),
      path: fc.record(Object.fromEntries(segments)),
      query: fc.oneof(known?.query ?? tame, tame, wild),
      body: route.body
        ? fc.oneof(
            known?.body ?? this.plain(route, route.body),
            this.valid(route, route.body),
            this.broken(route, route.body),
          )
        : fc.constant(undefined),
      headers: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
    });
  }

  private segment(route: ApiRoute, name: string): fc.Arbitrary<unknown> {
    const kind = kindAt(route, { in: 'path', name });
    if (kind) return refTo(kind);
    return fc.constantFrom(...(name === 'list' ? ['eu', 'eu', 'un'] : ['EU.1', 'EU.1', 'x']));
  }

  private parameter(route: ApiRoute, name: string): fc.Arbitrary<unknown> {
    const kind = kindAt(route, { in: 'query', name });
    return kind ? refTo(kind) : this.valid(route, route.queries[name] ?? {}, name);
  }

  /** The examples of the document, and no more than it requires. */
  private plain(route: ApiRoute, given: Schema, pointer = ''): fc.Arbitrary<unknown> {
    const schema = { ...resolve(given), ...given } as FullSchema;
    const special = this.special(route, schema, pointer);
    if (special) return special;
    const item = schema.items && this.special(route, schema.items as FullSchema, `${pointer}/0`);
    if (item) return fc.tuple(item);
    if (!schema.properties && 'example' in schema) return fc.constant(schema['example']);
    if (!schema.properties) return this.valid(route, schema, pointer);
    return fc.record(
      Object.fromEntries(
        (schema.required ?? []).map((name) => [
          name,
          this.plain(route, schema.properties?.[name] ?? {}, `${pointer}/${name}`),
        ]),
      ),
    );
  }

  /** Values that the schema describes, as far as it says. */
  private valid(route: ApiRoute, given: Schema, pointer = ''): fc.Arbitrary<unknown> {
    const schema = { ...resolve(given), ...given } as FullSchema;
    if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...(schema['enum'] as unknown[]));
    if (schema.properties) {
      const fields = Object.entries(schema.properties).map(([name, field]) => [
        name,
        this.valid(route, field, `${pointer}/${name}`),
      ]);
      const record = Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>;
      return fc.record(record, { requiredKeys: [...(schema.required ?? [])] });
    }
    const special = this.special(route, schema, pointer);
    if (special) return special;
    const example = 'example' in schema ? [fc.constant(schema['example'])] : [];
    const bound = (name: string, otherwise: number): number => Number(schema[name] ?? otherwise);
    const [fewest, most] = [bound('minItems', 0), Math.min(bound('maxItems', 3), 5)];
    const kinds: Record<string, () => fc.Arbitrary<unknown>> = {
      integer: () => fc.integer({ min: bound('minimum', -10), max: bound('maximum', 1000) }),
      number: () => fc.double({ min: bound('minimum', 0), max: bound('maximum', 10), noNaN: true }),
      boolean: () => fc.boolean(),
      array: () =>
        fc.array(this.valid(route, schema.items ?? {}, `${pointer}/0`), {
          minLength: fewest,
          maxLength: Math.max(fewest, most),
        }),
      object: () => fc.dictionary(fc.string(), fc.string()),
      string: () => this.text(schema, pointer),
    };
    const types = [schema.type ?? 'string'].flat().map((type) => kinds[type]?.() ?? fc.constant(null));
    return fc.oneof(...types, ...example);
  }

  private text(schema: FullSchema, pointer: string): fc.Arbitrary<unknown> {
    const { format, pattern } = schema;
    if (format === 'date-time' || /At$/.test(pointer)) return instants.map((at) => at.toISOString());
    if (format === 'date') return instants.map((at) => at.toISOString().slice(0, 10));
    if (format === 'email') return fc.nat(99).map((n) => `somebody${n}@fuzz.example`);
    // Some patterns use classes that the generator does not know.
    if (pattern && !pattern.includes('\\p{')) return fc.stringMatching(new RegExp(pattern));
    const least = Number(schema['minLength'] ?? 0);
    const most = Math.max(least, Math.min(Number(schema['maxLength'] ?? 50), 500));
    return fc.string({ minLength: least, maxLength: most });
  }

  /** Ids, and what could lead out of the machine. */
  private special(
    route: ApiRoute,
    { format, items }: FullSchema,
    pointer: string,
  ): fc.Arbitrary<unknown> | undefined {
    if (items) return undefined;
    const name = pointer.split('/').at(-1) ?? '';
    if (name === 'url' || format === 'uri') return fc.nat(9).map((n) => `${this.loopback}/fuzz-${n}`);
    if (name === 'host') return fc.constant('127.0.0.1');
    const position: IdPosition = { in: 'body', name: pointer };
    const kind = kindAt(route, position);
    if (kind) return refTo(kind);
    return format === 'uuid' ? fc.constant(newId()) : undefined;
  }

  /** A valid value with one member wrong, missing or too many, or something else altogether. */
  private broken(route: ApiRoute, schema: Schema): fc.Arbitrary<unknown> {
    const names = Object.keys(schema.properties ?? {});
    const name = fc.constantFrom(...names, 'zzz');
    const valid = this.valid(route, schema);
    return fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(valid, name, hostile).map(([v, n, bad]) => ({ ...(v as object), [n]: bad })),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(valid, name)
          .map(([v, n]) => Object.fromEntries(Object.entries(v as object).filter(([key]) => key !== n))),
      },
      { weight: 1, arbitrary: hostile },
    );
  }
}

const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'x',
    ),
    'if-match': fc.constantFrom('*', '"1"', '"999999999999999"', 'W/"1"', 'x'),
    'idempotency-key': fc.constantFrom('k', 'x'.repeat(256), 'a b', '\u00e9'),
    accept: fc.constantFrom('text/html', '*/*', 'nonsense'),
    'accept-language': fc.constantFrom('de', 'x'.repeat(500)),
    'x-request-id': fc.constantFrom('r', 'x'.repeat(500)),
  },
  { requiredKeys: [] },
);

/** The request with its ids chosen by `choose`. */
export const toRequest = (plan: RequestPlan, choose: (ref: Ref) => string): InjectOptions => {
  const fill = (value: unknown): unknown => {
    if (value instanceof Ref) return choose(value);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
  };
  const text = (value: unknown): string => {
    const filled = fill(value);
    return (typeof filled === 'string' ? filled : (JSON.stringify(filled) ?? '')).toWellFormed();
  };
  const { route } = plan;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(text(plan.path[name])).slice(0, 2000),
  );
  const search = new URLSearchParams(
    Object.entries(plan.query).map(([key, value]): [string, string] => [key, text(value)]),
  ).toString();
  const body = fill(plan.body);
  return {
    method: route.method as InjectOptions['method'],
    url: `${path}${search ? `?${search.slice(0, 8000)}` : ''}`,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...plan.headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  };
};
