/** JSON Schema of a field of a payload: flat, always described. */
export interface FieldSchema {
  readonly type: string | readonly string[];
  readonly description: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What integrators are told of an event: every field of its payload, and one payload as it may come. */
export interface PublicDescription<T extends object = object> {
  readonly summary: string;
  /** Name of the payload's component schema, such as `BookingConfirmedPayload`. */
  readonly schemaName: string;
  readonly fields: Readonly<Record<keyof T & string, FieldSchema>>;
  readonly example: T;
}

export interface PublicEvent {
  readonly type: string;
  readonly summary: string;
  readonly schemaName: string;
  /** JSON Schema of the payload: closed, every field required. */
  readonly schema: {
    readonly type: 'object';
    readonly description: string;
    readonly additionalProperties: false;
    readonly required: readonly string[];
    readonly properties: Readonly<Record<string, FieldSchema>>;
    readonly example: object;
  };
  readonly example: object;
}

const known = new Map<string, PublicEvent>();

/** For `defineEvent`. Throws when another event has the type or the schema name. */
export const publish = (type: string, { summary, schemaName, fields, example }: PublicDescription): void => {
  const twin = [...known.values()].find((event) => event.type === type || event.schemaName === schemaName);
  if (twin) throw new Error(`${type} (${schemaName}) is published already, as ${twin.type}`);
  known.set(type, {
    type,
    summary,
    schemaName,
    schema: {
      type: 'object',
      description: summary,
      additionalProperties: false,
      required: Object.keys(fields),
      properties: fields,
      example,
    },
    example,
  });
};

/** Every event that integrators may subscribe to, of all contexts that are loaded, by type. */
export const publicEvents = (): readonly PublicEvent[] =>
  [...known.values()].sort((a, b) => a.type.localeCompare(b.type));
