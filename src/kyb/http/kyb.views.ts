import type { Relation } from '../infrastructure/relation.repository.js';
import type { Counterparty, CounterpartyDraft } from '../infrastructure/counterparty.repository.js';
import type { ListedEntity } from '../domain/listed-entity.js';
import type { ListName } from '../domain/sources.js';
import type { Evidence } from '../application/checks/check-desk.js';
import type { CoverageDesk } from '../application/monitoring/coverage-desk.js';
import type { Screened } from '../application/screening/screen-desk.js';
import type { CheckView } from '../infrastructure/check.repository.js';
import type { ImportRow } from '../infrastructure/import.repository.js';
import type { OwnRules, Risk } from '../infrastructure/risk.repository.js';
import type { Run } from '../infrastructure/run.repository.js';
import type { CheckDto, EvidenceDto } from './check.dto.js';
import type { OwnRiskWeightsDto, RiskDto, RulesDto } from './rules.dto.js';
import type { CoverageDto } from './coverage.dto.js';
import type { ImportRowDto } from './import.dto.js';
import type { RelationDto } from './relation.dto.js';
import type { RunDto, ScreenedDto } from './screening.dto.js';
import type { CounterpartyDto, CreateCounterpartyDto, UpdateCounterpartyDto } from './counterparty.dto.js';
import type { ListEntryDto } from './list.dto.js';

export const listEntryDto = (
  entry: ListedEntity & { list: ListName; hash: string; fromNumber: number; toNumber: number | null },
): ListEntryDto => ({
  ...entry,
  names: [...entry.names],
  birthDates: [...entry.birthDates],
  countries: [...entry.countries],
  identifiers: [...entry.identifiers],
  addresses: [...entry.addresses],
  programmes: [...entry.programmes],
});

export const counterpartyDto = (of: Counterparty): CounterpartyDto => ({
  id: of.id,
  kind: of.kind,
  names: [...of.names],
  roles: [...of.roles],
  reference: of.reference,
  country: of.country,
  vatNumber: of.vatNumber,
  lei: of.lei,
  registerNumber: of.registerNumber,
  registerAuthority: of.registerAuthority,
  address: of.address,
  birthDate: of.birthDate,
  gender: of.gender,
  contactId: of.contactId,
  note: of.note,
  monitoring: { schedule: of.schedule, everyDays: of.everyDays },
  nextDueAt: of.nextDueAt,
  archivedAt: of.archivedAt,
  createdAt: of.createdAt,
  updatedAt: of.updatedAt,
  version: of.version,
});

export const relationDto = (of: Relation): RelationDto => ({ ...of });

const addressOf = ({ line, postalCode, city, country }: NonNullable<CreateCounterpartyDto['address']>) => ({
  line: line ?? null,
  postalCode: postalCode ?? null,
  city: city ?? null,
  country: country ?? null,
});

export const draftOf = (body: CreateCounterpartyDto): CounterpartyDraft => ({
  kind: body.kind,
  names: body.names,
  roles: body.roles ?? [],
  reference: body.reference ?? null,
  country: body.country ?? null,
  vatNumber: body.vatNumber ?? null,
  lei: body.lei ?? null,
  registerNumber: body.registerNumber ?? null,
  registerAuthority: body.registerAuthority ?? null,
  address: body.address ? addressOf(body.address) : null,
  birthDate: body.birthDate ?? null,
  gender: body.gender ?? null,
  contactId: body.contactId ?? null,
  note: body.note ?? null,
  schedule: body.monitoring?.schedule ?? 'weekly',
  everyDays: body.monitoring?.everyDays ?? null,
});

/** Only what the body names. */
export const patchOf = ({
  monitoring,
  address,
  ...body
}: UpdateCounterpartyDto): Partial<CounterpartyDraft> => ({
  ...(Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined),
  ) as Partial<CounterpartyDraft>),
  ...(address === undefined ? {} : { address: address === null ? null : addressOf(address) }),
  ...(monitoring === undefined
    ? {}
    : { schedule: monitoring.schedule, everyDays: monitoring.everyDays ?? null }),
});

export const checkDto = (of: CheckView): CheckDto => ({ ...of, listVersions: [...of.listVersions] });

export const evidenceDto = (of: Evidence): EvidenceDto => ({ ...of, entries: [...of.entries] });

export const coverageDto = (of: Awaited<ReturnType<CoverageDesk['summary']>>): CoverageDto => ({
  counterparties: of.counterparties,
  sources: of.sources.map((each) => ({ ...each, counts: [...each.counts] })),
});

export const runDto = (of: Run): RunDto => ({ ...of, listVersions: [...of.listVersions] });

export const screenedDto = (of: Screened): ScreenedDto => ({
  ...of,
  lists: [...of.lists],
  results: of.results.map((hits) => ({ hits: [...hits] })),
});

export const importRowDto = (of: ImportRow): ImportRowDto => ({ ...of, errors: [...of.errors] });

export const riskDto = ({ score, factors, checkId, computedAt }: Omit<Risk, 'id'>): RiskDto => ({
  score,
  factors: [...factors],
  checkId,
  computedAt,
});

export const rulesDto = ({ rules, version }: OwnRules): RulesDto => ({
  rules: Object.fromEntries(
    Object.entries(rules).map(([kind, rule]) => [kind, { ...rule, stops: [...rule.stops] }]),
  ),
  version,
});

export const weightsDto = ({ weights, version }: OwnRules): OwnRiskWeightsDto => ({
  weights: { ...weights, countries: [...weights.countries] },
  version,
});
