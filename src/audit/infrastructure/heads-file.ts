import { appendFile, readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { SignedHead } from '#libs/audit';
import { Settings } from '#libs/config';

/** AUDIT_HEADS_PATH: signed heads of all tenants, a JSON line each, only ever appended to. It may hold a head twice. */
@Injectable()
export class HeadsFile {
  constructor(private readonly settings: Settings) {}

  async append(head: SignedHead): Promise<void> {
    const { headsPath } = this.settings.audit;
    if (headsPath !== null) await appendFile(headsPath, `${JSON.stringify(head)}\n`, { mode: 0o600 });
  }

  /** Those of a tenant; none where there is no file, or this process may not read it. */
  async read(tenantId: string): Promise<SignedHead[]> {
    const { headsPath } = this.settings.audit;
    if (headsPath === null) return [];
    const text = await readFile(headsPath, 'utf8').catch(() => '');
    return text
      .split('\n')
      .flatMap((line) => headOf(line) ?? [])
      .filter((head) => head.tenantId === tenantId);
  }
}

/** Null for a line that broke off, or is none of ours. */
const headOf = (line: string): SignedHead | null => {
  try {
    const head = JSON.parse(line) as Partial<SignedHead>;
    return typeof head.tenantId === 'string' && typeof head.signature === 'string'
      ? (head as SignedHead)
      : null;
  } catch {
    return null;
  }
};
