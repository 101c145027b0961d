import type { Say } from './generated.js';

export type Run = (args: readonly string[], say: Say) => Promise<void>;

interface CliCommand {
  readonly help: string;
  /** Loads what the command needs: who only checks a file does not wait for the whole application. */
  readonly load: () => Promise<Run>;
}

export const COMMANDS: Readonly<Record<string, CliCommand>> = {
  migrate: {
    help: 'run pending migrations',
    load: async () => (await import('./app-commands.js')).runMigrations,
  },
  seed: {
    help: 'set up the demo salon',
    load: async () => (await import('./app-commands.js')).seed,
  },
  replay: {
    help: 'deliver a dead letter again: replay <tenant id> <dead letter id>',
    load: async () => (await import('./app-commands.js')).replay,
  },
  'rotate-keys': {
    help: 'wrap data keys with the active encryption key, seal old secrets; --data [tenant id]: new data keys, rows sealed anew',
    load: async () => (await import('./key-commands.js')).rotateKeys,
  },
  'seal-data': {
    help: 'seal what is still plain from before there was encryption',
    load: async () => (await import('./key-commands.js')).sealData,
  },
  'audit-verify': {
    help: 'check an export of the audit trail, without a database: audit-verify <folder> --public-key <x> [--key <id>:<base64>]',
    load: async () => (await import('./audit-commands.js')).auditVerify,
  },
  'receipt-verify': {
    help: 'check a signed receipt of an export or erasure, without a database: receipt-verify <file> --public-key <x> [--export <file>]',
    load: async () => (await import('./receipt-command.js')).receiptVerify,
  },
  'audit-key': {
    help: 'print the MAC keys of a business for its auditor: audit-key <tenant id>',
    load: async () => (await import('./audit-commands.js')).auditKey,
  },
  'kyb-lists': {
    help: 'fetch sanctions lists now: kyb-lists [list] [--accept HASH: believe the download that was refused]',
    load: async () => (await import('./app-commands.js')).kybLists,
  },
  openapi: {
    help: 'write openapi/openapi.json and lock its operations [--check] [--accept: move or remove some] [--release: new baseline]',
    load: async () => (await import('./openapi.js')).openapi,
  },
  schema: {
    help: 'write migrations/schema.txt [--check]',
    load: async () => (await import('./app-commands.js')).writeSchema,
  },
  'env-example': {
    help: 'write .env.example [--check]',
    load: async () => (await import('./app-commands.js')).writeEnvExample,
  },
};
