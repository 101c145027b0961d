import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { buildOpenApi, operationsOf, PERMISSION_EXTENSION } from '#libs/http';

export interface Schema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface ApiRoute {
  readonly id: string;
  readonly method: string;
  /** With `{id}`. */
  readonly path: string;
  readonly secured: boolean;
  /** What it asks for: a permission, `signed-in`, or nothing. */
  readonly permission: string | undefined;
  readonly body: Schema | null;
  /** Names of query parameters. */
  readonly query: readonly string[];
  /** Query parameters by name. */
  readonly queries: Readonly<Record<string, Schema>>;
  /** Names of those that must be there. */
  readonly required: readonly string[];
}

interface Described {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Schema }[];
}

/** The document as committed: a test run does not see the types of properties, the build does. */
const committed = JSON.parse(readFileSync(join(process.cwd(), 'openapi/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
};

export const resolve = (schema: Schema): Schema => {
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  return ref ? (committed.components.schemas[ref.split('/').at(-1) ?? ''] ?? {}) : schema;
};

/** Every route of the running application that its API document names. */
export const apiRoutes = (app: INestApplication): ApiRoute[] =>
  [...operationsOf(buildOpenApi(app))].map(({ path, method, operation }) => {
    const described = committed.paths[path]?.[method];
    if (!described) throw new Error(`${method} ${path} is not in openapi/openapi.json: npm run openapi`);
    const schema = described.requestBody?.content['application/json']?.schema;
    const parameters = (described.parameters ?? []).filter((each) => each.in === 'query');
    return {
      id: operation.operationId ?? '',
      method: method.toUpperCase(),
      path,
      secured: operation.security === undefined || operation.security.length > 0,
      permission: (operation as unknown as Record<string, string | undefined>)[PERMISSION_EXTENSION],
      body: schema ? resolve(schema) : null,
      query: (operation.parameters ?? []).flatMap((p) => ('name' in p && p.in === 'query' ? [p.name] : [])),
      queries: Object.fromEntries(parameters.map(({ name, schema: each }) => [name, each])),
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
    };
  });
