import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '#libs/audit';
import { FieldCipher, type FieldPlace, SealedTables, SYSTEM_REALM, SystemCipher } from '#libs/encryption';

/** How a value can be shown: `plain`, `masked` (a secret), `erased` (its key is destroyed), `unreadable` (not as it was sealed). */
export type ValueState = 'plain' | 'masked' | 'erased' | 'unreadable';

export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly state: ValueState;
}

interface Value {
  readonly value: unknown;
  readonly state: ValueState;
}

const MASKED = '[masked]';
const ABSENT: Value = { value: null, state: 'plain' };
/** The worse of two says how the change can be shown. */
const WORSE: readonly ValueState[] = ['plain', 'masked', 'erased', 'unreadable'];

/**
 * Shows what changed in words people can read. The trail keeps sealed columns as they were sealed, so that a person can be forgotten
 * and the chain still holds; here they are opened. Inside the tenant's unit of work.
 */
@Injectable()
export class FieldOpener {
  constructor(
    private readonly cipher: FieldCipher,
    private readonly system: SystemCipher,
    private readonly tables: SealedTables,
  ) {}

  async changesOf(entry: AuditEntry): Promise<FieldChange[]> {
    const before = membersOf(entry.before);
    const after = membersOf(entry.after);
    const changes: FieldChange[] = [];
    for (const field of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      const place = { table: entry.subjectType ?? '', column: field, rowId: entry.subjectId ?? '' };
      const was = await this.show(before[field], place);
      const is = await this.show(after[field], place);
      // Sealed anew, saying the same.
      const sealed = this.cipher.isSealed(before[field]) && this.cipher.isSealed(after[field]);
      if (sealed && was.state === 'plain' && JSON.stringify(was) === JSON.stringify(is)) continue;
      const state = WORSE[Math.max(WORSE.indexOf(was.state), WORSE.indexOf(is.state))] ?? 'plain';
      changes.push({ field, before: was.value, after: is.value, state });
    }
    return changes;
  }

  private async show(value: unknown, place: FieldPlace): Promise<Value> {
    if (value === undefined) return ABSENT;
    if (value === MASKED) return { value: null, state: 'masked' };
    if (!this.cipher.isSealed(value)) return { value, state: 'plain' };
    try {
      const opened = await this.open(value, place);
      return opened === null ? { value: null, state: 'erased' } : { value: readable(opened), state: 'plain' };
    } catch {
      return { value: null, state: 'unreadable' };
    }
  }

  /** Of a table that spans businesses (`person`) with the system's key. */
  private open(sealed: string, place: FieldPlace): Promise<string | null> {
    const ofSystem = this.tables.of(SYSTEM_REALM).some(({ table }) => table === place.table);
    return ofSystem ? this.system.open(sealed, place) : this.cipher.openOrErased(sealed, place);
  }
}

const membersOf = (json: string | null): Record<string, unknown> =>
  json === null ? {} : (JSON.parse(json) as Record<string, unknown>);

/** A sealed json column holds JSON; a sealed text that looks like it reads the same either way. */
const readable = (text: string): unknown => {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
