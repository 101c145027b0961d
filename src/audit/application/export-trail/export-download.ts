import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { currentContext, DomainError, runInContext, type WorkContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { AuditExportRepository } from '../../infrastructure/audit-export.repository.js';
import { GetExportQuery } from './export-trail.commands.js';

const MANIFEST = 'manifest.json';

/** A file of an export, chunk by chunk. Each download is an entry of the trail. */
@Injectable()
export class ExportDownload {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly exports: AuditExportRepository,
    private readonly dispatcher: Dispatcher,
    private readonly trail: AuditTrail,
  ) {}

  /** Errors: `audit.export_not_found`, `audit.export_file_not_found`, `audit.export_not_ready` (409). */
  async open(id: string, file: string): Promise<Readable> {
    const signed = await this.uow.run(async () => {
      const { status, manifest } = await this.dispatcher.ask(new GetExportQuery(id));
      if (status !== 'ready' || !manifest)
        throw new DomainError('conflict', 'audit.export_not_ready', `The export is ${status}.`);
      const known = [MANIFEST, ...manifest.manifest.files.map(({ name }) => name)];
      if (!known.includes(file))
        throw new DomainError(
          'not-found',
          'audit.export_file_not_found',
          `This export has the files ${known.join(', ')}.`,
        );
      this.trail.record({
        action: 'audit.export-downloaded',
        subject: { type: 'audit-export', id },
        facts: { file },
      });
      return manifest;
    });
    return file === MANIFEST
      ? Readable.from([`${JSON.stringify(signed, null, 2)}\n`], { objectMode: false })
      : Readable.from(this.chunks(currentContext(), id, file), { objectMode: false });
  }

  // It is read when the handler has returned: the context goes with it.
  private async *chunks(context: WorkContext, id: string, file: string): AsyncGenerator<Buffer> {
    for (let number = 0; ; number += 1) {
      const chunk = await runInContext(context, () =>
        this.uow.run(() => this.exports.chunk(id, file, number)),
      );
      if (chunk === null) return;
      if (chunk.length > 0) yield chunk;
    }
  }
}
