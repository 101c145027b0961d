import { integer, keyList, optionalKey, optionalText } from './setting.js';

/** The audit trail: its keys, its signed heads, its exports. */
export const AUDIT_SETTINGS = {
  key: [
    'AUDIT_KEY',
    optionalKey(
      'Authenticates the entries of the audit trail (HMAC-SHA-256, a key derived for each business). Generated under DATA_DIR when empty; required in production.',
    ),
  ],
  keysBefore: [
    'AUDIT_KEYS_BEFORE',
    keyList('Keys that were the AUDIT_KEY before, comma-separated: their entries still verify.'),
  ],
  headEveryMinutes: [
    'AUDIT_HEAD_EVERY_MINUTES',
    integer(
      15,
      { min: 1, max: 1440 },
      'How often the end of each audit trail that grew is signed. What is cut off within this time leaves no proof.',
    ),
  ],
  headsPath: [
    'AUDIT_HEADS_PATH',
    optionalText(
      'File that every signed head is appended to (JSON lines): put it where the database’s administrators cannot write.',
    ),
  ],
  verifyEveryHours: [
    'AUDIT_VERIFY_EVERY_HOURS',
    integer(24, { min: 1, max: 720 }, 'How often every audit trail is verified.'),
  ],
  exportDays: [
    'AUDIT_EXPORT_DAYS',
    integer(7, { min: 1, max: 90 }, 'How long a finished export of an audit trail can be downloaded.'),
  ],
} as const;
