import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type ExportManifest,
  headOf,
  linesOf,
  type ManifestFile,
  manifestBytes,
  type SignedHead,
} from '#libs/audit';
import { Settings } from '#libs/config';
import { Clock, currentTenant, type DomainEvent } from '#libs/kernel';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Signer } from '#libs/security';
import { AuditExportRequested } from '../../contracts/index.js';
import { AuditEntryRepository, type EntryFilter } from '../../infrastructure/audit-entry.repository.js';
import { type AuditExport, AuditExportRepository } from '../../infrastructure/audit-export.repository.js';
import { AuditHeadRepository } from '../../infrastructure/audit-head.repository.js';
import { SignHeadCommand } from '../sign-head/sign-head.command.js';

const BATCH = 500;
const DAY_MS = 86_400_000;

/** Makes an export, batch by batch, each in a unit of its own; a try that broke off is begun anew by the next. */
@Injectable()
@HandlesEvent({ event: AuditExportRequested, name: 'audit.make-export', attempts: 5, transactional: false })
export class MakeExport extends EventHandler {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly exports: AuditExportRepository,
    private readonly entries: AuditEntryRepository,
    private readonly heads: AuditHeadRepository,
    private readonly dispatcher: Dispatcher,
    private readonly signer: Signer,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async handle(event: DomainEvent, delivery: Delivery): Promise<void> {
    const { exportId } = AuditExportRequested.payloadOf(event);
    try {
      await this.make(exportId, delivery);
    } catch (error) {
      if (delivery.lastAttempt) await this.uow.run(() => this.exports.fail(exportId, this.clock.now()));
      throw error;
    }
  }

  private async make(exportId: string, delivery: Delivery): Promise<void> {
    const asked = await this.uow.run(async () => {
      await this.exports.dropChunks(exportId);
      return this.exports.find(exportId);
    });
    const head = await this.dispatcher.request(new SignHeadCommand());
    if (asked?.status !== 'pending' || !head) {
      await this.uow.run(() => delivery.settle());
      return;
    }
    const { id: _, ...signed } = head;
    const entries = await this.writeEntries(asked, signed);
    const heads = await this.writeHeads(asked.id, signed.sequence);
    const createdAt = this.clock.now();
    const manifest: ExportManifest = {
      version: 1,
      exportId,
      tenantId: currentTenant(),
      format: asked.format,
      filter: asked.filter,
      createdAt: createdAt.toISOString(),
      entries: entries.count,
      firstSequence: entries.first,
      lastSequence: entries.last,
      head: signed,
      files: [entries.file, heads],
    };
    await this.uow.run(async () => {
      if (!(await delivery.settle())) return;
      await this.exports.finish(exportId, {
        entries: entries.count,
        manifest: { manifest, signature: this.signer.sign(manifestBytes(manifest)) },
        finishedAt: createdAt,
        expiresAt: new Date(createdAt.getTime() + this.settings.audit.exportDays * DAY_MS),
      });
    });
  }

  private async writeEntries(asked: AuditExport, head: SignedHead) {
    const file = new FileWriter(`entries.${asked.format}`);
    const filter = filterOf(asked.filter);
    let count = 0;
    let first: number | null = null;
    let last: number | null = null;
    await this.uow.run(() => this.add(asked.id, file, headOf(asked.format)));
    for (let more = true; more;) {
      const batch = await this.uow.run(async () => {
        const found = await this.entries.next(filter, last ?? 0, head.sequence, BATCH);
        await this.add(asked.id, file, linesOf(found, asked.format));
        return found;
      });
      count += batch.length;
      first ??= batch[0]?.seq ?? null;
      last = batch.at(-1)?.seq ?? last;
      more = batch.length === BATCH;
    }
    return { count, first, last, file: file.done() };
  }

  private async writeHeads(exportId: string, last: number): Promise<ManifestFile> {
    const file = new FileWriter('heads.jsonl');
    await this.uow.run(async () => {
      const heads = await this.heads.upTo(last);
      const lines = heads.map(({ id: _, ...head }) => `${JSON.stringify(head)}\n`);
      await this.add(exportId, file, lines.join(''));
    });
    return file.done();
  }

  private async add(exportId: string, file: FileWriter, text: string): Promise<void> {
    const content = Buffer.from(text);
    await this.exports.addChunk(exportId, file.name, file.next(content), content);
  }
}

/** Counts and hashes what goes into a file. */
class FileWriter {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private chunks = 0;

  constructor(readonly name: string) {}

  /** The number of the chunk, from 0. */
  next(content: Buffer): number {
    this.hash.update(content);
    this.bytes += content.length;
    return this.chunks++;
  }

  done(): ManifestFile {
    return { name: this.name, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

const filterOf = ({ from, to, ...rest }: Readonly<Record<string, string>>): EntryFilter => ({
  ...rest,
  ...(from === undefined ? {} : { from: new Date(from) }),
  ...(to === undefined ? {} : { to: new Date(to) }),
});
