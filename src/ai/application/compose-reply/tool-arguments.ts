import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { BOOKING_TOOLS } from '../../domain/booking-tools.js';

export type ParsedArguments =
  | { ok: true; value: Record<string, unknown> }
  | {
      ok: false;
      code: 'tool.unknown' | 'tool.arguments_malformed' | 'tool.arguments_invalid';
      message: string;
    };

const ajv = new Ajv2020({ allErrors: true, strict: false });
// The package is CommonJS: its function is the namespace's `default` in ESM.
const addFormats = addFormatsModule as unknown as (instance: Ajv2020) => void;
(typeof addFormats === 'function'
  ? addFormats
  : (addFormats as { default: (instance: Ajv2020) => void }).default)(ajv);

const validators = new Map<string, ValidateFunction>(
  BOOKING_TOOLS.map((tool) => [tool.name, ajv.compile(tool.parameters)]),
);

/** Reads what a model wrote as arguments: it may be no JSON, of the wrong shape, or for a tool that does not exist. */
export const parseArguments = (tool: string, text: string): ParsedArguments => {
  const validate = validators.get(tool);
  if (!validate)
    return {
      ok: false,
      code: 'tool.unknown',
      message: `There is no tool ${tool}; there are ${[...validators.keys()].join(', ')}.`,
    };
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch {
    return {
      ok: false,
      code: 'tool.arguments_malformed',
      message: 'The arguments are not JSON; write them again.',
    };
  }
  if (validate(value)) return { ok: true, value: value as Record<string, unknown> };
  const message = (validate.errors ?? [])
    .map((e) => `${e.instancePath || '/'} ${e.message ?? 'is wrong'}`)
    .join('; ');
  return { ok: false, code: 'tool.arguments_invalid', message };
};
