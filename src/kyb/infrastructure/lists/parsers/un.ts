import type { ListedEntity } from '../../../domain/listed-entity.js';
import { countryOf } from './countries.js';
import {
  circa,
  dateOf,
  dateOfText,
  EntityDraft,
  type ListFiles,
  type ListMeta,
  ListRejected,
  spanOf,
} from './parser.js';
import { readXml } from './xml.js';

const documentType = (type: string): string =>
  /passport|pasaporte|passeport/i.test(type) ? 'passport' : /national/i.test(type) ? 'national-id' : 'other';

/** Consolidated list of the United Nations Security Council: XML, `CONSOLIDATED_LIST`. */
export async function* parseUn({ list }: ListFiles, meta: ListMeta): AsyncGenerator<ListedEntity> {
  if (!list) throw new ListRejected('kyb.list_empty', 'There is no file.');
  const done: ListedEntity[] = [];
  let entry: Entry | null = null;
  const pieces = readXml(list, {
    root: 'CONSOLIDATED_LIST',
    open: (name, a) => {
      if (name === 'CONSOLIDATED_LIST') {
        const at = new Date(a.dateGenerated ?? '');
        meta.publishedAt = Number.isNaN(at.getTime()) ? null : at;
      } else if (name === 'INDIVIDUAL' || name === 'ENTITY')
        entry = new Entry(name === 'INDIVIDUAL' ? 'person' : 'organisation');
      else entry?.open(name);
    },
    close: (name, text) => {
      if (!entry) return;
      if (name !== 'INDIVIDUAL' && name !== 'ENTITY') {
        entry.close(name, text.trim());
        return;
      }
      const entity = entry.finish();
      if (entity) done.push(entity);
      entry = null;
    },
  });
  for await (const _ of pieces) yield* done.splice(0);
}

/** Elements that are read whole, with the texts of those in them. */
const GROUPS =
  /^(?:INDIVIDUAL|ENTITY)_(ALIAS|ADDRESS|DATE_OF_BIRTH|DOCUMENT)$|^(NATIONALITY|LAST_DAY_UPDATED|LIST_TYPE|DESIGNATION|TITLE)$/;

class Entry {
  private readonly own = new Map<string, string>();
  private readonly groups: { name: string; texts: Map<string, string[]> }[] = [];
  private group: { name: string; texts: Map<string, string[]> } | null = null;

  constructor(private readonly kind: 'person' | 'organisation') {}

  open(name: string): void {
    const found = GROUPS.exec(name);
    if (found && !this.group) this.group = { name: found[1] ?? found[2] ?? '', texts: new Map() };
  }

  close(name: string, text: string): void {
    if (!this.group) {
      if (text !== '') this.own.set(name, text);
      return;
    }
    if (GROUPS.test(name)) {
      this.groups.push(this.group);
      this.group = null;
    } else if (text !== '') this.group.texts.set(name, [...(this.group.texts.get(name) ?? []), text]);
  }

  finish(): ListedEntity | null {
    const id = this.own.get('REFERENCE_NUMBER') ?? this.own.get('DATAID');
    if (!id) throw new ListRejected('kyb.list_malformed', 'An entry has no reference number.');
    const draft = new EntityDraft(id);
    draft.kind = this.kind;
    draft.name(
      ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME']
        .map((part) => this.own.get(part) ?? '')
        .join(' '),
    );
    draft.name(this.own.get('NAME_ORIGINAL_SCRIPT'));
    const gender = this.own.get('GENDER')?.toLowerCase();
    draft.gender = gender === 'male' || gender === 'female' ? gender : null;
    draft.programme(this.own.get('UN_LIST_TYPE'));
    draft.listedOn = /^\d{4}-\d{2}-\d{2}/.exec(this.own.get('LISTED_ON') ?? '')?.[0] ?? null;
    draft.remark(this.own.get('COMMENTS1'));
    for (const { name, texts } of this.groups) this.read(draft, name, texts);
    return draft.finish();
  }

  private read(draft: EntityDraft, name: string, texts: Map<string, string[]>): void {
    const one = (key: string): string => texts.get(key)?.[0] ?? '';
    switch (name) {
      case 'ALIAS':
        draft.name(one('ALIAS_NAME'), one('QUALITY') === 'Low');
        return;
      case 'NATIONALITY':
        for (const value of texts.get('VALUE') ?? []) draft.country(countryOf(value));
        return;
      case 'ADDRESS':
        draft.country(countryOf(one('COUNTRY')));
        draft.address(one('STREET'), one('CITY'), one('STATE_PROVINCE'), one('ZIP_CODE'), one('COUNTRY'));
        return;
      case 'DATE_OF_BIRTH':
        draft.born(birthOf(one));
        return;
      case 'DOCUMENT':
        draft.identifier(
          documentType(one('TYPE_OF_DOCUMENT')),
          one('NUMBER'),
          countryOf(one('ISSUING_COUNTRY')) ?? countryOf(one('COUNTRY_OF_ISSUE')),
        );
        return;
    }
  }
}

const birthOf = (one: (key: string) => string): string | null => {
  const [from, to] = [Number(one('FROM_YEAR')), Number(one('TO_YEAR'))];
  if (from && to) return spanOf(dateOf(from), dateOf(to));
  const [year = Number(one('YEAR')), month, day] =
    one('DATE') === '' ? [] : one('DATE').split('-').map(Number);
  // `Nov. 1973` stands in the note alone; of `Between Aug. and Sep. 1977` only the year is sure.
  const note = one('NOTE');
  if (!year) return /between/i.test(note) ? dateOf(Number(/\d{4}/.exec(note)?.[0])) : dateOfText(note);
  return one('TYPE_OF_DATE') === 'EXACT' ? dateOf(year, month, day) : circa(year);
};
