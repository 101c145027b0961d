import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { UnitOfWork } from '#libs/persistence';
import { AuditTrail } from './audit-trail.js';

const READS = 'frontdesk:reads-personal-data';
/** In the OpenAPI document: what kind of personal data an operation shows. */
export const PERSONAL_DATA_EXTENSION = 'x-personal-data';

interface ReadOptions {
  /**
   * The handler talks to the network (a model, a mail server) and so cannot run in one unit of work: the entry gets a unit of its own,
   * after the handler and before the answer. An answer without its entry is not given.
   */
  readonly ownUnit?: boolean;
}

/**
 * The route shows personal data: who it is shown to, and of which records, is an entry of the audit trail, in the transaction that read it.
 * The whole handler runs in that unit of work. `type` names the kind of record: `thread`, `booking`, `audit-entry`, ...
 */
export const ReadsPersonalData = (type: string, options: ReadOptions = {}): MethodDecorator =>
  applyDecorators(SetMetadata(READS, { type, ...options }), ApiExtension(PERSONAL_DATA_EXTENSION, type));

/** Ids named in one entry; no list of ours answers more records. */
const NAMED = 100;

/** Outside of the idempotency keys: an answer that is given again shows what it shows again. */
@Injectable()
export class PersonalDataInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reads = this.reflector.get<({ type: string } & ReadOptions) | undefined>(
      READS,
      context.getHandler(),
    );
    if (!reads || context.getType() !== 'http') return next.handle();
    const { params } = context.switchToHttp().getRequest<FastifyRequest>();
    const note = (answer: unknown) => this.note(reads.type, params as Record<string, string>, answer);
    const handle = () => lastValueFrom(next.handle(), { defaultValue: undefined }) as Promise<unknown>;
    if (reads.ownUnit)
      return from(
        handle().then((answer) =>
          this.uow.run(() => {
            note(answer);
            return Promise.resolve(answer);
          }),
        ),
      );
    return from(
      this.uow.run(async () => {
        const answer = await handle();
        note(answer);
        return answer;
      }),
    );
  }

  private note(type: string, path: Readonly<Record<string, string>>, answer: unknown): void {
    const records = recordsOf(answer);
    const ids = records.flatMap((record) => idOf(record) ?? []);
    this.trail.recordRead(type, path['id'] ?? (ids.length === 1 ? (ids[0] ?? null) : null), {
      count: records.length,
      ids: ids.slice(0, NAMED),
      ...(Object.keys(path).length > 0 ? { path } : {}),
    });
  }
}

/** A page's rows, or the one thing that was answered. */
const recordsOf = (answer: unknown): unknown[] => {
  if (typeof answer !== 'object' || answer === null) return [];
  return 'data' in answer && Array.isArray(answer.data) ? (answer.data as unknown[]) : [answer];
};

const idOf = (record: unknown): string | null =>
  typeof record === 'object' && record !== null && 'id' in record && typeof record.id === 'string'
    ? record.id
    : null;
