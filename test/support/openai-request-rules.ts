import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A request of `POST /chat/completions`, as far as tests look at it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatRequestMessage[];
  readonly tools?: readonly { type: string; function: ChatFunction }[];
  readonly temperature?: number;
  readonly max_completion_tokens?: number;
  readonly max_tokens?: number;
}

export interface ChatRequestMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content?: string | null;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
}

interface ChatFunction {
  readonly name: string;
  readonly description?: string;
  readonly strict?: boolean | null;
  readonly parameters?: Record<string, unknown>;
}

/** The error of a 400, in OpenAI's shape. */
export interface OpenAiFault {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

const file = join(process.cwd(), 'test/fixtures/openai/chat-completions.schema.json');
const schemaId = 'https://openai.test/openapi.json';

const load = (): { validate: ValidateFunction; known: Set<string> } => {
  const document = JSON.parse(readFileSync(file, 'utf8')) as object;
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema(document, schemaId);
  const validate = ajv.compile({ $ref: `${schemaId}#/components/schemas/CreateChatCompletionRequest` });
  return { validate, known: topLevelNames(document, 'CreateChatCompletionRequest') };
};

/** Names of the properties that a schema declares, through its `allOf` and `$ref`. */
const topLevelNames = (document: object, root: string): Set<string> => {
  const names = new Set<string>();
  const { schemas } = (document as { components: { schemas: Record<string, Schema> } }).components;
  const walk = (schema: Schema | undefined): void => {
    if (!schema) return;
    if (schema.$ref) walk(schemas[schema.$ref.split('/').at(-1) ?? '']);
    for (const name of Object.keys(schema.properties ?? {})) names.add(name);
    schema.allOf?.forEach(walk);
  };
  walk(schemas[root]);
  return names;
};

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Record<string, unknown>;
}

let loaded: ReturnType<typeof load> | undefined;

const fault = (message: string, param: string | null = null, code: string | null = null): OpenAiFault => ({
  message,
  type: 'invalid_request_error',
  param,
  code,
});

/** Each tool call must be answered at once, and nothing else may be: OpenAI says so in a 400, not in the schema. */
const faultOfDialogue = (messages: readonly ChatRequestMessage[]): OpenAiFault | undefined => {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id ?? '')) {
        const rule = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'";
        return fault(`Invalid parameter: ${rule}.`, `messages.[${index}].role`);
      }
      continue;
    }
    if (open.size > 0) break;
    open = new Set((message.tool_calls ?? []).map((call) => call.id));
  }
  if (open.size === 0) return undefined;
  const rule =
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'";
  return fault(`${rule}. No answer to: ${[...open].join(', ')}`, 'messages');
};

const faultOfTools = (tools: ChatRequest['tools']): OpenAiFault | undefined => {
  for (const [index, tool] of (tools ?? []).entries()) {
    const { name, strict, parameters } = tool.function;
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      return fault('Invalid function name.', `tools[${index}].function.name`);
    if (strict !== true) continue;
    const required = new Set((parameters?.required as string[] | undefined) ?? []);
    const all = Object.keys((parameters?.properties as object | undefined) ?? {});
    if (parameters?.additionalProperties !== false || all.some((property) => !required.has(property))) {
      const rule = "'additionalProperties' must be false and 'required' must name every property";
      return fault(`Invalid schema for function '${name}': ${rule}.`, `tools[${index}].function.parameters`);
    }
  }
  return undefined;
};

/** What is wrong with a request, or undefined: OpenAI's schema, then what OpenAI enforces beside it. */
export const faultOfChatRequest = (body: unknown): OpenAiFault | undefined => {
  loaded ??= load();
  if (body === null || typeof body !== 'object')
    return fault('We could not parse the JSON body of your request.');
  const unknown = Object.keys(body).find((name) => !loaded?.known.has(name));
  if (unknown) return fault(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
  if (!loaded.validate(body)) {
    const error = loaded.validate.errors?.[0];
    return fault(
      `Invalid request: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
      error?.instancePath ?? null,
    );
  }
  const request = body as ChatRequest;
  if (request.max_tokens !== undefined && request.max_completion_tokens !== undefined) {
    return fault(
      'Setting max_tokens and max_completion_tokens at the same time is not supported.',
      'max_tokens',
    );
  }
  return faultOfTools(request.tools) ?? faultOfDialogue(request.messages);
};
