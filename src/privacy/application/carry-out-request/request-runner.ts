import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { Settings } from '#libs/config';
import { Clock, currentTenant } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import {
  mergeSubjects,
  PersonalDataStores,
  type Receipt,
  RECEIPT_FORMAT,
  type RegisteredStore,
  signedBytes,
} from '#libs/privacy';
import { Signer } from '#libs/security';
import { RequestAnswered } from '../../contracts/events.js';
import { type DataRequest, holdOver, type RequestStep, stateAfter } from '../../domain/data-request.js';
import { HoldRepository } from '../../infrastructure/hold.repository.js';
import { RequestRepository } from '../../infrastructure/request.repository.js';

const DAY_MS = 86_400_000;

/**
 * Carries a request out, store by store. Each batch is a transaction with its progress, so that a process that dies anywhere
 * leaves off where the next goes on; and each asks for holds, which nobody can place before it ends.
 */
@Injectable()
export class RequestRunner {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly requests: RequestRepository,
    private readonly holds: HoldRepository,
    private readonly stores: PersonalDataStores,
    private readonly signer: Signer,
    private readonly trail: AuditTrail,
    private readonly outbox: Outbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async run(id: string): Promise<void> {
    if (!(await this.uow.run(() => this.begin(id)))) return;
    for (const registered of this.stores.all()) while (await this.step(id, registered));
    await this.uow.run(() => this.finish(id));
  }

  private async begin(id: string): Promise<boolean> {
    const { state } = await this.requests.lock(id);
    if (state !== 'pending' && state !== 'running') return false;
    if (state === 'pending') {
      await this.requests.setState(id, 'running', this.clock.now());
      await this.requests.prepareSteps(id, this.stores.all());
    }
    return true;
  }

  /** Answers whether the step wants to be called again. */
  private async step(id: string, registered: RegisteredStore): Promise<boolean> {
    if (!registered.outside) return this.uow.run(() => this.advance(id, registered));
    // Repeatable, and so done before it is noted.
    const open = await this.uow.run(() => this.open(id, registered));
    if (!open || open.held) return false;
    const erasure =
      open.request.kind === 'erasure'
        ? await registered.store.erase(open.subject, this.clock.now(), this.settings.privacy.batch)
        : { records: 0, what: 'kept', reason: null };
    await this.uow.run(() =>
      this.requests.advance(
        open.step,
        { state: 'done', what: erasure.what, records: erasure.records, reason: erasure.reason ?? null },
        this.clock.now(),
      ),
    );
    return false;
  }

  private async advance(id: string, registered: RegisteredStore): Promise<boolean> {
    const open = await this.open(id, registered);
    if (!open || open.held) return false;
    const { request, step, subject } = open;
    const now = this.clock.now();
    if (request.kind === 'export') {
      await this.exportStore(request, step, registered);
      return false;
    }
    const {
      records,
      what,
      reason = null,
      more = false,
      found,
    } = await registered.store.erase(subject, now, this.settings.privacy.batch);
    if (found) await this.requests.setSubject(id, mergeSubjects(subject, found));
    await this.requests.advance(step, { state: more ? 'pending' : 'done', what, records, reason }, now);
    return more;
  }

  /** The step with its request, both locked against other workers; null when it had its turn. */
  private async open(id: string, { name, dataClasses }: RegisteredStore) {
    await this.holds.gate('delete');
    const request = await this.requests.lock(id);
    const steps = await this.requests.steps(id);
    const step = steps.find(({ store }) => store === name);
    if (request.state !== 'running' || step?.state !== 'pending') return null;
    const subject = await this.requests.subject(id);
    if (request.kind === 'export') return { request, step, subject, held: false };
    const holds = await this.holds.over(request.subjectKeys, this.clock.now());
    const hold = holdOver(holds, dataClasses);
    // What is held has to stay readable.
    const held = hold ?? (name === 'encryption.subject-keys' && steps.some((each) => each.state === 'held'));
    if (held) {
      const reason = 'Under a legal hold.';
      await this.requests.advance(
        step,
        { state: 'held', what: 'kept', records: 0, reason },
        this.clock.now(),
      );
    }
    return { request, step, subject, held: Boolean(held) };
  }

  private async exportStore(
    { id }: DataRequest,
    step: RequestStep,
    registered: RegisteredStore,
  ): Promise<void> {
    const records: string[] = [];
    const types: Record<string, number> = {};
    for await (const record of registered.store.export(await this.requests.subject(id))) {
      records.push(JSON.stringify(record));
      types[record.type] = (types[record.type] ?? 0) + 1;
    }
    const { name: store, description, dataClasses } = registered;
    const head = JSON.stringify({ store, description, dataClasses, types }).slice(0, -1);
    const first = this.stores.all()[0] === registered;
    const section = `${first ? '' : ','}${head},"records":[${records.join(',')}]}`;
    await this.requests.store(id, 'document', this.stores.all().indexOf(registered) + 1, section);
    const patch = { state: 'done', what: 'exported', records: records.length, reason: null, types } as const;
    await this.requests.advance(step, patch, this.clock.now());
  }

  private async finish(id: string): Promise<void> {
    await this.holds.gate('delete');
    const request = await this.requests.lock(id);
    if (request.state !== 'running') return;
    const now = this.clock.now();
    const steps = await this.requests.steps(id);
    const state = request.kind === 'export' ? 'completed' : stateAfter(steps);
    const sha256 = request.kind === 'export' ? await this.closeExport(request, steps, now) : null;
    const receipt: Receipt = {
      format: RECEIPT_FORMAT,
      tenantId: currentTenant(),
      requestId: id,
      kind: request.kind,
      state,
      subject: request.subjectName,
      requestedAt: request.createdAt.toISOString(),
      dueBy: request.dueBy.toISOString(),
      finishedAt: now.toISOString(),
      exportSha256: sha256,
      stores: steps.map(({ store, what, records, reason, finishedAt }) => ({
        store,
        what,
        records,
        reason,
        finishedAt: finishedAt?.toISOString() ?? null,
      })),
    };
    const signature = this.signer.sign(signedBytes(receipt));
    await this.requests.insertReceipt(id, { ...receipt, signature }, now);
    await this.requests.setState(id, state, now);
    if (state === 'completed' && request.kind === 'erasure') await this.requests.forgetSubject(id);
    this.trail.record({
      action: 'privacy.request-answered',
      subject: { type: 'privacy_request', id },
      facts: { kind: request.kind, state },
    });
    await this.outbox.append(RequestAnswered.make(id, { requestId: id, kind: request.kind, state }));
  }

  /** Head and foot of the document, its summary and its hash. */
  private async closeExport(request: DataRequest, steps: readonly RequestStep[], now: Date): Promise<string> {
    const { id } = request;
    const head = {
      format: 'frontdesk.personal-data.v1',
      requestId: id,
      subject: request.subjectName,
      at: now,
    };
    await this.requests.store(id, 'document', 0, `${JSON.stringify(head).slice(0, -1)},"sections":[`);
    await this.requests.store(id, 'document', this.stores.all().length + 1, ']}');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of this.requests.read(id, 'document')) {
      hash.update(piece);
      bytes += Buffer.byteLength(piece);
    }
    const sha256 = hash.digest('hex');
    const lines = steps.map(
      ({ store, records }) => `| ${store} | ${this.stores.find(store)?.description ?? ''} | ${records} |`,
    );
    const summary = [
      '# What is held about you',
      '',
      `Request ${id}, answered ${now.toISOString()}. SHA-256 of the document: \`${sha256}\`.`,
      '',
      '| Where | What | Records |',
      '| --- | --- | ---: |',
      ...lines,
      '',
    ].join('\n');
    await this.requests.store(id, 'summary', 0, summary);
    const expires = new Date(now.getTime() + this.settings.privacy.exportDays * DAY_MS);
    await this.requests.setExport(id, sha256, bytes, expires);
    return sha256;
  }
}
