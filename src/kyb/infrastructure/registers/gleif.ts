import type { Clock } from '#libs/kernel';
import type {
  Exchange,
  Register,
  RegisterAnswer,
  RegisterQuestion,
  SnapshotFacts,
} from '../../domain/register.js';
import { Gate, notApplicable, notChecked } from './gate.js';
import { exchange, jsonOf, retryAfterOf } from './recorded-http.js';

export interface GleifOptions {
  /** Such as `https://api.gleif.org/api/v1`. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Takes from the quota that all processes share; answers how long to wait when it is used up. */
  readonly quota: () => Promise<{ allowed: boolean; retryAfterMs: number }>;
}

const MINUTE = 60_000;
const AT_ONCE = 4;
const CHILDREN = 100;

/** Registration status (LEI-CDF 3.1) → what it means for who relies on it. */
const REGISTRATIONS: Readonly<Record<string, 'active' | 'stale' | 'failed'>> = {
  ISSUED: 'active',
  PENDING_TRANSFER: 'active',
  PENDING_ARCHIVAL: 'active',
  LAPSED: 'stale',
  RETIRED: 'failed',
  ANNULLED: 'failed',
  DUPLICATE: 'failed',
  CANCELLED: 'failed',
  MERGED: 'failed',
  TRANSFERRED: 'failed',
};

type Json = Readonly<Record<string, unknown>>;

/** Legal Entity Identifiers: the record, its parents and children. */
export class GleifRegister implements Register {
  readonly name = 'gleif';
  readonly gate = new Gate({ name: 'gleif', atOnce: AT_ONCE });

  constructor(private readonly options: GleifOptions) {}

  ask({ facts }: RegisterQuestion): Promise<RegisterAnswer> {
    const { lei, kind, registerNumber, country } = facts;
    const look =
      lei !== null
        ? () => this.record(lei)
        : kind === 'organisation' && registerNumber !== null
          ? () => this.search(registerNumber, country)
          : null;
    if (!look) return Promise.resolve(notApplicable('kyb.no_lei'));
    return this.gate.pass('', look, ({ reason }) => reason === 'kyb.gleif_unreachable');
  }

  private async record(lei: string): Promise<RegisterAnswer> {
    const exchanges: Exchange[] = [];
    const found = await this.get(`/lei-records/${lei}`, exchanges);
    if (found.kind !== 'json') return found.kind === 'none' ? notFound(lei, exchanges) : found.answer;
    const record = object(found.json.data);
    const attributes = object(record?.attributes);
    const entity = object(attributes?.entity);
    const registration = object(attributes?.registration);
    if (!record || !entity || !registration || attributes?.lei !== lei)
      return notChecked('kyb.gleif_answer_invalid', 15 * MINUTE, exchanges);
    const registrationStatus = text(registration.status) ?? '';
    const entityStatus = text(entity.status);
    const state = REGISTRATIONS[registrationStatus];
    if (!state) return notChecked('kyb.gleif_status_unknown', null, exchanges);
    const relationships = object(record.relationships);
    const owners: Record<string, string | null> = {};
    for (const [fact, name] of [
      ['directParent', 'direct-parent'],
      ['ultimateParent', 'ultimate-parent'],
    ] as const) {
      const links = object(object(relationships?.[name])?.links);
      if (links?.['lei-record'] === undefined && links?.related === undefined)
        owners[fact] = links?.['reporting-exception'] === undefined ? null : 'reporting_exception';
      else {
        const parent = await this.get(`/lei-records/${lei}/${name}`, exchanges);
        if (parent.kind === 'failed') return parent.answer;
        owners[fact] = parent.kind === 'none' ? null : text(object(parent.json.data)?.id);
      }
    }
    const children = await this.get(`/lei-records/${lei}/direct-children?page[size]=${CHILDREN}`, exchanges);
    if (children.kind === 'failed') return children.answer;
    const listed = children.kind === 'json' && Array.isArray(children.json.data) ? children.json.data : [];
    const snapshot: SnapshotFacts = {
      lei,
      legalName: text(object(entity.legalName)?.name),
      otherNames: names(entity.otherNames),
      legalAddress: address(entity.legalAddress),
      headquartersAddress: address(entity.headquartersAddress),
      entityStatus,
      registrationStatus,
      registeredAs: text(entity.registeredAs),
      jurisdiction: text(entity.jurisdiction),
      legalForm: text(object(entity.legalForm)?.id),
      nextRenewalDate: text(registration.nextRenewalDate)?.slice(0, 10) ?? null,
      ...owners,
      children: listed.flatMap((child) => text(object(child)?.id) ?? []).sort(),
    };
    return {
      state: entityStatus === 'INACTIVE' ? 'failed' : state,
      reason: entityStatus === 'INACTIVE' ? 'kyb.gleif_entity_inactive' : null,
      retryAfterMs: null,
      facts: snapshot,
      reference: null,
      exchanges,
    };
  }

  /** A search finds candidates. Which of them it is, if any, a person says by entering the LEI. */
  private async search(registerNumber: string, country: string | null): Promise<RegisterAnswer> {
    const exchanges: Exchange[] = [];
    const query = new URLSearchParams({ 'filter[entity.registeredAs]': registerNumber, 'page[size]': '10' });
    if (country) query.set('filter[entity.jurisdiction]', country);
    const found = await this.get(`/lei-records?${query.toString()}`, exchanges);
    if (found.kind === 'failed') return found.answer;
    const candidates = found.kind === 'json' && Array.isArray(found.json.data) ? found.json.data : [];
    return {
      // That there is no record under this number says nothing: few who have one have a LEI.
      state: 'unidentified',
      reason: candidates.length > 0 ? 'kyb.gleif_candidates' : 'kyb.gleif_no_candidates',
      retryAfterMs: null,
      facts: { candidates: candidates.flatMap((each) => text(object(each)?.id) ?? []).sort() },
      reference: null,
      exchanges,
    };
  }

  private async get(
    path: string,
    exchanges: Exchange[],
  ): Promise<{ kind: 'json'; json: Json } | { kind: 'none' } | { kind: 'failed'; answer: RegisterAnswer }> {
    const { url, timeoutMs, clock, quota } = this.options;
    const failed = (reason: string, retryAfterMs: number | null) => ({
      kind: 'failed' as const,
      answer: notChecked(reason, retryAfterMs, exchanges),
    });
    const { allowed, retryAfterMs } = await quota();
    if (!allowed) return failed('kyb.gleif_rate_limited', retryAfterMs);
    const made = await exchange(
      {
        method: 'GET',
        url: `${url.replace(/\/+$/, '')}${path}`,
        headers: { accept: 'application/vnd.api+json' },
      },
      { timeoutMs, clock },
    );
    exchanges.push(made);
    if (made.status === 404) return { kind: 'none' };
    if (made.status === 429)
      return failed('kyb.gleif_rate_limited', retryAfterOf(made, clock.now()) ?? MINUTE);
    if (made.failure !== null || (made.status ?? 500) >= 500)
      return failed('kyb.gleif_unreachable', 15 * MINUTE);
    const json = made.status === 200 ? jsonOf(made) : null;
    return json ? { kind: 'json', json } : failed('kyb.gleif_answer_invalid', 15 * MINUTE);
  }
}

const notFound = (lei: string, exchanges: readonly Exchange[]): RegisterAnswer => ({
  state: 'not_found',
  reason: null,
  retryAfterMs: null,
  facts: { lei },
  reference: null,
  exchanges,
});

const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const names = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).flatMap((each) => text(object(each)?.name) ?? []).sort();

const address = (value: unknown): string | null => {
  const of = object(value);
  if (!of) return null;
  const lines = Array.isArray(of.addressLines) ? of.addressLines.flatMap((line) => text(line) ?? []) : [];
  const parts = [...lines, text(of.postalCode), text(of.city), text(of.region), text(of.country)];
  return parts.filter((part) => part !== null).join(', ') || null;
};
