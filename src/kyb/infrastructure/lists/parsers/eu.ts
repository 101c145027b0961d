import type { ListedEntity } from '../../../domain/listed-entity.js';
import { circa, dateOf, EntityDraft, type ListFiles, type ListMeta, ListRejected, spanOf } from './parser.js';
import { readXml } from './xml.js';

const KINDS: Readonly<Record<string, ListedEntity['kind']>> = {
  person: 'person',
  enterprise: 'organisation',
};

const IDENTIFIERS: Readonly<Record<string, string>> = {
  passport: 'passport',
  diplomatic: 'passport',
  id: 'national-id',
  nationcert: 'national-id',
  ssn: 'national-id',
  fiscalcode: 'tax',
  taxid: 'tax',
  regnumber: 'register',
  imo: 'imo',
};

const code = (value: string | undefined): string | null =>
  value && /^[A-Z]{2}$/.test(value) && value !== '00' ? value : null;

/** Consolidated financial sanctions list of the European Union: XML, Financial Sanctions File 1.1 (`export` of `sanctionEntity`). */
export async function* parseEu({ list }: ListFiles, meta: ListMeta): AsyncGenerator<ListedEntity> {
  if (!list) throw new ListRejected('kyb.list_empty', 'There is no file.');
  const done: ListedEntity[] = [];
  let draft: EntityDraft | null = null;
  const pieces = readXml(list, {
    root: 'export',
    open: (name, a) => {
      if (name === 'export') {
        const at = new Date(a.generationDate ?? '');
        meta.publishedAt = Number.isNaN(at.getTime()) ? null : at;
      } else if (name === 'sanctionEntity') {
        // Entities without a reference exist; their logical id is as stable.
        draft = new EntityDraft(a.euReferenceNumber?.trim() || `logical-${a.logicalId ?? ''}`);
      } else if (draft) readElement(draft, name, a);
    },
    close: (name, text) => {
      if (!draft) return;
      if (name === 'remark') draft.remark(text);
      if (name !== 'sanctionEntity') return;
      const entity = draft.finish();
      if (entity) done.push(entity);
      draft = null;
    },
  });
  for await (const _ of pieces) yield* done.splice(0);
}

/** Of another calendar only a date that the list itself has converted is one. */
const birthOf = (a: Readonly<Record<string, string>>): string | null => {
  const [from, to] = [Number(a.yearRangeFrom), Number(a.yearRangeTo)];
  if (from && to) return spanOf(dateOf(from), dateOf(to));
  const converted = /^\d{4}-\d{2}-\d{2}$/.test(a.birthdate ?? '') ? (a.birthdate ?? '') : null;
  const gregorian = (a.calendarType ?? 'GREGORIAN') === 'GREGORIAN';
  if (a.circa === 'true') return circa(Number(converted?.slice(0, 4) ?? (gregorian ? a.year : 0)));
  if (converted) return converted;
  return gregorian ? dateOf(Number(a.year), Number(a.monthOfYear), Number(a.dayOfMonth)) : null;
};

const readElement = (draft: EntityDraft, name: string, a: Readonly<Record<string, string>>): void => {
  switch (name) {
    case 'subjectType':
      draft.kind = KINDS[a.code ?? ''] ?? 'unknown';
      return;
    case 'nameAlias':
      draft.name(a.wholeName || [a.firstName, a.middleName, a.lastName].join(' '), a.strong === 'false');
      draft.gender ??= a.gender === 'M' ? 'male' : a.gender === 'F' ? 'female' : null;
      return;
    case 'birthdate':
      draft.born(birthOf(a));
      return;
    case 'citizenship':
      draft.country(code(a.countryIso2Code));
      return;
    case 'address':
      draft.country(code(a.countryIso2Code));
      draft.address(a.street, a.poBox, a.zipCode, a.city, a.region, a.place, a.countryDescription);
      return;
    case 'identification':
      draft.identifier(
        IDENTIFIERS[a.identificationTypeCode ?? ''] ?? 'other',
        a.number || a.latinNumber,
        code(a.countryIso2Code),
      );
      return;
    case 'regulation':
      draft.programme(a.programme);
      draft.listedOn ??= /^\d{4}-\d{2}-\d{2}$/.test(a.publicationDate ?? '')
        ? (a.publicationDate ?? null)
        : null;
      return;
  }
};
