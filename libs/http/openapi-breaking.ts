type Json = Record<string, unknown>;
/** Whose burden a schema is: callers fill in a `request`, and read an `answer`. */
type Side = 'request' | 'answer';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/**
 * What of `now` would break a client made for `was`, both OpenAPI 3.1 documents; one sentence a break, empty when none. Adding
 * is never a break, but for what callers must send, and for values and variants of answers that they would not know.
 */
export const breakingChanges = (was: object, now: object): string[] => new Comparison(was, now).run();

class Comparison {
  private readonly breaks: string[] = [];
  /** Pairs of named schemas that were compared: schemas may contain themselves. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly was: Json | object,
    private readonly now: Json | object,
  ) {}

  run(): string[] {
    this.items('paths', (where, was, now) => this.operation(where, was, now));
    // A webhook's body is what integrators read.
    this.items('webhooks', (where, was, now) =>
      this.content(`${where} body`, 'answer', objectOf(was['requestBody']), objectOf(now['requestBody'])),
    );
    return this.breaks;
  }

  private items(section: string, compare: (where: string, was: Json, now: Json) => void): void {
    const after = objectOf(objectOf(this.now)[section]);
    for (const [path, item] of Object.entries(objectOf(objectOf(this.was)[section])))
      for (const method of METHODS) {
        const operation = objectOf(item)[method];
        if (!isObject(operation)) continue;
        const where = section === 'webhooks' ? `webhook ${path}` : `${method.toUpperCase()} ${path}`;
        const twin = objectOf(after[path])[method];
        if (isObject(twin)) compare(where, operation, twin);
        else this.breaks.push(`${where}: removed`);
      }
  }

  private operation(where: string, was: Json, now: Json): void {
    this.parameters(where, listOf(was['parameters']), listOf(now['parameters']));
    const [bodyWas, bodyNow] = [objectOf(was['requestBody']), objectOf(now['requestBody'])];
    if (bodyNow['required'] === true && bodyWas['required'] !== true)
      this.breaks.push(`${where} body: now required`);
    this.content(`${where} body`, 'request', bodyWas, bodyNow);
    const answers = objectOf(now['responses']);
    for (const [status, answer] of Object.entries(objectOf(was['responses']))) {
      if (!status.startsWith('2')) continue;
      if (status in answers)
        this.content(`${where} ${status}`, 'answer', objectOf(answer), objectOf(answers[status]));
      else this.breaks.push(`${where}: answers ${status} no more`);
    }
  }

  private parameters(where: string, was: unknown[], now: unknown[]): void {
    const keyed = (list: unknown[]) =>
      new Map(list.map(objectOf).map((p) => [`${String(p['in'])} parameter ${String(p['name'])}`, p]));
    const [before, after] = [keyed(was), keyed(now)];
    for (const [key, parameter] of before) {
      const twin = after.get(key);
      if (twin) this.schema(`${where} ${key}`, 'request', parameter['schema'], twin['schema']);
      else this.breaks.push(`${where} ${key}: removed`);
    }
    for (const [key, parameter] of after)
      if (parameter['required'] === true && before.get(key)?.['required'] !== true)
        this.breaks.push(`${where} ${key}: now required`);
  }

  private content(where: string, side: Side, was: Json, now: Json): void {
    const after = objectOf(now['content']);
    for (const [mediaType, entry] of Object.entries(objectOf(was['content'])))
      if (mediaType in after)
        this.schema(where, side, objectOf(entry)['schema'], objectOf(after[mediaType])['schema']);
      else this.breaks.push(`${where}: ${mediaType} removed`);
  }

  private schema(where: string, side: Side, wasRaw: unknown, nowRaw: unknown): void {
    const pair = JSON.stringify([side, objectOf(wasRaw)['$ref'], objectOf(nowRaw)['$ref']]);
    if (isObject(wasRaw) && isObject(nowRaw) && '$ref' in wasRaw && '$ref' in nowRaw) {
      if (this.seen.has(pair)) return;
      this.seen.add(pair);
    }
    const was = resolve(this.was, wasRaw);
    const now = resolve(this.now, nowRaw);
    this.types(where, side, was, now);
    this.values(where, side, was, now);
    if (side === 'request') this.bounds(where, was, now);
    this.properties(where, side, was, now);
    this.variants(where, side, was, now);
    if (isObject(was['items'])) this.schema(`${where}[]`, side, was['items'], now['items']);
    if (isObject(was['additionalProperties']) && isObject(now['additionalProperties']))
      this.schema(`${where}.*`, side, was['additionalProperties'], now['additionalProperties']);
  }

  private types(where: string, side: Side, was: Json, now: Json): void {
    const [before, after] = [typesOf(was), typesOf(now)];
    if (before.length > 0 && after.length > 0) {
      // An integer is a number: callers may read one, and send one, where a number was.
      const fits = (type: unknown, types: unknown[]) =>
        types.includes(type) || (type === 'integer' && types.includes('number'));
      const [narrow, wide] = side === 'request' ? [before, after] : [after, before];
      if (!narrow.every((type) => fits(type, wide)))
        this.breaks.push(`${where}: type was ${before.join('|')}, is ${after.join('|')}`);
    } else if (side === 'request' ? after.length > 0 : before.length > 0) {
      if (!VARIANTS.some((key) => key in now || key in was))
        this.breaks.push(`${where}: type was ${before.join('|') || 'any'}, is ${after.join('|') || 'any'}`);
    }
    const dropped = now['format'] === undefined && side === 'request';
    const added = was['format'] === undefined && side === 'answer';
    if (was['format'] !== now['format'] && !dropped && !added)
      this.breaks.push(
        `${where}: format was ${told(was['format'], 'any')}, is ${told(now['format'], 'any')}`,
      );
  }

  private values(where: string, side: Side, was: Json, now: Json): void {
    const [before, after] = [valuesOf(was), valuesOf(now)];
    const [narrow, wide] = side === 'request' ? [before, after] : [after, before];
    if (wide === undefined) return;
    const strange = narrow?.filter((value) => !wide.includes(value));
    if (strange === undefined)
      this.breaks.push(
        `${where}: ${side === 'request' ? 'only some values are taken now' : 'any value may come now'}`,
      );
    else if (strange.length > 0)
      this.breaks.push(
        `${where}: ${strange.join(', ')} ${side === 'request' ? 'not taken any more' : 'may come now'}`,
      );
  }

  private bounds(where: string, was: Json, now: Json): void {
    const tighter = (key: string, worse: (before: number, after: number) => boolean) => {
      const [before, after] = [was[key], now[key]];
      if (typeof after !== 'number' || (typeof before === 'number' && !worse(before, after))) return;
      this.breaks.push(`${where}: ${key} was ${told(before, 'none')}, is ${after}`);
    };
    for (const key of ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'])
      if (!(key.startsWith('min') && key !== 'minimum' && now[key] === 0)) tighter(key, (a, b) => b > a);
    for (const key of ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'])
      tighter(key, (a, b) => b < a);
    tighter('multipleOf', (a, b) => a % b !== 0);
    if (now['pattern'] !== undefined && now['pattern'] !== was['pattern'])
      this.breaks.push(
        `${where}: pattern was ${told(was['pattern'], 'none')}, is ${told(now['pattern'], 'none')}`,
      );
    if (now['uniqueItems'] === true && was['uniqueItems'] !== true)
      this.breaks.push(`${where}: uniqueItems now`);
  }

  private properties(where: string, side: Side, was: Json, now: Json): void {
    const [before, after] = [objectOf(was['properties']), objectOf(now['properties'])];
    for (const [name, property] of Object.entries(before))
      if (name in after) this.schema(`${where}.${name}`, side, property, after[name]);
      else this.breaks.push(`${where}.${name}: removed`);
    const [mustWas, mustNow] = [listOf(was['required']), listOf(now['required'])];
    if (side === 'request') {
      for (const name of mustNow)
        if (!mustWas.includes(name)) this.breaks.push(`${where}.${String(name)}: now required`);
    } else
      for (const name of mustWas)
        if (String(name) in after && !mustNow.includes(name))
          this.breaks.push(`${where}.${String(name)}: may be missing now`);
  }

  /** Variants are known by the name of their schema, or else by what they say. */
  private variants(where: string, side: Side, was: Json, now: Json): void {
    for (const key of VARIANTS) {
      const before = new Map(listOf(was[key]).map((variant) => [nameOf(variant), variant]));
      const after = new Map(listOf(now[key]).map((variant) => [nameOf(variant), variant]));
      if (before.size === 0 && (side === 'answer' || after.size === 0)) continue;
      for (const [name, variant] of before)
        if (after.has(name)) this.schema(`${where}(${name})`, side, variant, after.get(name));
        else if (side === 'request') this.breaks.push(`${where}: variant ${name} removed`);
      if (side === 'answer')
        for (const name of after.keys())
          if (!before.has(name)) this.breaks.push(`${where}: variant ${name} may come now`);
    }
  }
}

const told = (value: unknown, absent: string): string =>
  value === undefined ? absent : typeof value === 'string' ? value : JSON.stringify(value);

const VARIANTS = ['oneOf', 'anyOf'];

const nameOf = (variant: unknown): string => {
  const ref = objectOf(variant)['$ref'];
  return typeof ref === 'string' ? (ref.split('/').at(-1) ?? ref) : JSON.stringify(variant);
};

const typesOf = (schema: Json): unknown[] => (schema['type'] === undefined ? [] : [schema['type']].flat());

const valuesOf = (schema: Json): unknown[] | undefined =>
  'const' in schema ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : undefined;

/** A schema without `$ref` and `allOf`: what they say is its own. */
const resolve = (document: object, schema: unknown): Json => {
  if (!isObject(schema)) return {};
  const ref = schema['$ref'];
  const named =
    typeof ref === 'string'
      ? resolve(
          document,
          ref
            .slice(2)
            .split('/')
            .reduce<unknown>((at, key) => objectOf(at)[key], document),
        )
      : {};
  const { $ref: _ref, allOf, ...own } = schema;
  return [named, ...listOf(allOf).map((part) => resolve(document, part)), own].reduce(
    (all, part) => ({
      ...all,
      ...part,
      ...merged('properties', all, part),
      ...(all['required'] || part['required']
        ? { required: [...new Set([...listOf(all['required']), ...listOf(part['required'])])] }
        : {}),
    }),
    {},
  );
};

const merged = (key: string, a: Json, b: Json): Json =>
  isObject(a[key]) && isObject(b[key]) ? { [key]: { ...a[key], ...b[key] } } : {};
