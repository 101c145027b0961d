import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Operation {
  readonly operationId: string;
  readonly 'x-personal-data'?: string;
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema?: Schema }> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Names of properties that show who a customer is, or what they said. `facts` and `changes`: the trail, which may show any of it. */
const PERSONAL = new Set([
  'phone',
  'phoneNumber',
  'phone_number',
  'email',
  'address',
  'customer',
  'customerName',
  'displayName',
  'text',
  'parts',
  'preview',
  'response',
  'notes',
  'userAgent',
  'ip',
  'birthDate',
  'transcript',
  'changes',
]);

/** Operations that show such a property and need no entry, each with its reason. */
const EXCUSED: Readonly<Record<string, string>> = {
  getMe: 'one’s own name and address',
  updateMe: 'one’s own name and address',
  listMySessions: 'one’s own logins',
  getBranding: 'the business’s own look, which is public',
  putBranding: 'the business’s own look, which is public',
  putLogo: 'the business’s own look, which is public',
  removeLogo: 'the business’s own look, which is public',
  putFavicon: 'the business’s own look, which is public',
  removeFavicon: 'the business’s own look, which is public',
  getSanctionsListEntry: 'published by the authority for this very use',
  getPublicBranding: 'the business’s own look, which is public',
};

const faultsOf = (document: Document): string[] => {
  const personalIn = (schema: Schema | undefined, seen = new Set<string>()): string[] => {
    if (!schema) return [];
    if (schema.$ref !== undefined) {
      const name = schema.$ref.split('/').at(-1) ?? '';
      if (seen.has(name)) return [];
      return personalIn(document.components.schemas[name], new Set([...seen, name]));
    }
    return [
      ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
        PERSONAL.has(name) ? [name] : personalIn(inner, seen),
      ),
      ...[schema.items, ...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap(
        (inner) => personalIn(inner, seen),
      ),
    ];
  };
  return Object.values(document.paths).flatMap((item) =>
    Object.values(item).flatMap((operation) => {
      const shown = Object.entries(operation.responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([, { content = {} }]) =>
          Object.values(content).flatMap(({ schema }) => personalIn(schema)),
        );
      const { operationId } = operation;
      if (shown.length === 0 || operation['x-personal-data'] !== undefined || operationId in EXCUSED)
        return [];
      return [`${operationId} shows ${[...new Set(shown)].join(', ')}: @ReadsPersonalData(), or an excuse`];
    }),
  );
};

const committed = JSON.parse(readFileSync(join(process.cwd(), 'openapi/openapi.json'), 'utf8')) as Document;

describe('every route that shows personal data', () => {
  it('leaves an entry in the audit trail', () => {
    expect(faultsOf(committed)).toEqual([]);
  });

  it('is found, however deep the data lies', () => {
    const forgetful = structuredClone(committed) as unknown as {
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    for (const item of Object.values(forgetful.paths))
      for (const operation of Object.values(item)) delete operation['x-personal-data'];
    const faults = faultsOf(forgetful as unknown as Document).join('\n');
    for (const operation of [
      'listThreads',
      'listMessages',
      'getBooking',
      'processMessage',
      'listAuditEntries',
    ])
      expect(faults).toContain(`${operation} shows`);
  });

  it('has an excuse only where there is such a route', () => {
    const known = Object.values(committed.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(Object.keys(EXCUSED).filter((name) => !known.includes(name))).toEqual([]);
  });
});
