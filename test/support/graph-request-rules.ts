import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface GraphFault {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly type?: string;
  readonly subcode?: number;
  readonly isTransient?: boolean;
  /** Goes into the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
}

export interface GraphOptions {
  /** `v23.0` when absent. */
  readonly version?: string;
  /** `test-token` when absent. */
  readonly accessToken?: string;
  /** Known phone number ids; any numeric one when absent. */
  readonly phoneNumberIds?: readonly string[];
}

const file = join(process.cwd(), 'test/fixtures/meta-whatsapp/cloud-api.v23.trimmed.repaired.json');
const schemaId = 'https://graph.test/cloud-api.json';

const validators = (): { message: ValidateFunction; read: ValidateFunction } => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, schemaId);
  return {
    message: ajv.compile({ $ref: `${schemaId}#/components/schemas/TextMessage` }),
    read: ajv.compile({ $ref: `${schemaId}#/components/schemas/MarkMessageRequestPayload` }),
  };
};

let compiled: ReturnType<typeof validators> | undefined;

const bad = (code: number, message: string): GraphFault => ({
  status: 400,
  code,
  message: `(#${code}) ${message}`,
});

const BSUID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/**
 * What is wrong with a body of `POST /{phone-number-id}/messages`, or undefined: Meta's own schema first, then what Meta enforces
 * and the schema leaves open. `recipient` (2026) is younger than the schema (2025): it is checked as the `to` that it stands for.
 */
export const faultOfRequest = (body: unknown): GraphFault | undefined => {
  compiled ??= validators();
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    return bad(100, 'Invalid JSON in request body');
  const given = body as Record<string, unknown>;
  if (given.messaging_product !== 'whatsapp') return bad(100, 'The parameter messaging_product is required.');

  if (given.status !== undefined && given.type === undefined) {
    if (!compiled.read(given)) return bad(100, describe(compiled.read));
    if (given.status !== 'read' || given.message_id === '')
      return bad(131009, 'Parameter value is not valid');
    return undefined;
  }

  const { recipient, ...rest } = given;
  const addressed = recipient !== undefined && rest.to === undefined ? { ...rest, to: recipient } : rest;
  if (!compiled.message(addressed)) return bad(100, describe(compiled.message));
  if (recipient !== undefined && !(typeof recipient === 'string' && BSUID.test(recipient))) {
    return bad(131009, 'recipient is no business-scoped user ID');
  }
  // Meta itself answers 200 here and delivers nothing (chatwoot/chatwoot#15150); a fake should be louder.
  if (recipient === undefined && !/^\+?[\d\s()-]{5,32}$/.test(String(given.to))) {
    return bad(131009, 'to is no phone number; a business-scoped user ID goes into recipient');
  }
  const text = (given.text as { body?: string }).body;
  if (text === undefined || text === '') return bad(100, "The parameter text['body'] is required.");
  if (text.length > 4096) return bad(100, "Param text['body'] must be at most 4096 characters long.");
  return undefined;
};

const describe = (validate: ValidateFunction): string =>
  (validate.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message ?? ''}`).join('; ');

/** What is wrong with the token, the version, the phone number id or the path. */
export const faultOfAddress = (request: IncomingMessage, options: GraphOptions): GraphFault | undefined => {
  const { version: wanted = 'v23.0', accessToken = 'test-token', phoneNumberIds } = options;
  const [, version = '', phoneNumberId = '', edge = '', ...rest] = (request.url ?? '').split('/');
  const { authorization } = request.headers;
  if (authorization === undefined) {
    return { status: 401, code: 104, message: 'An access token is required to request this resource' };
  }
  if (authorization !== `Bearer ${accessToken}`) {
    return { status: 401, code: 190, message: 'Invalid OAuth access token' };
  }
  if (version !== wanted) {
    return { status: 400, code: 100, message: "Invalid version format. Use format like 'v23.0'" };
  }
  if (!(phoneNumberIds?.includes(phoneNumberId) ?? /^\d+$/.test(phoneNumberId))) {
    return { status: 404, code: 803, message: 'Phone number not found', type: 'GraphMethodException' };
  }
  if (request.method !== 'POST' || edge !== 'messages' || rest.length > 0) {
    return { status: 404, code: 100, message: 'Unsupported request', type: 'GraphMethodException' };
  }
  return undefined;
};

/** Answers in the shape of `GraphAPIError`. */
export const refuse = (response: ServerResponse, fault: GraphFault): void => {
  const retry =
    fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  response.writeHead(fault.status, { 'content-type': 'application/json', ...retry }).end(
    JSON.stringify({
      error: {
        message: fault.message,
        type: fault.type ?? 'OAuthException',
        code: fault.code,
        error_subcode: fault.subcode,
        is_transient: fault.isTransient,
        fbtrace_id: 'AXsgnV2Cm3ZMGF3dF_cfYIn',
      },
    }),
  );
};
