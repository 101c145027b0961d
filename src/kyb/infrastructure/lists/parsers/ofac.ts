import type { ListedEntity } from '../../../domain/listed-entity.js';
import { countryOf } from './countries.js';
import { readCsv } from './csv.js';
import { birthOfText, EntityDraft, type ListFiles, type ListMeta, ListRejected } from './parser.js';

const KINDS: Readonly<Record<string, ListedEntity['kind']>> = {
  individual: 'person',
  vessel: 'vessel',
  aircraft: 'unknown',
  '': 'organisation',
};

const PRIMARY_COLUMNS = 12;
const ALIAS_COLUMNS = 5;
const ADDRESS_COLUMNS = 6;
const COMMENT_COLUMNS = 2;

/** `-0-` is their null. */
const value = (cell: string | undefined): string => {
  const text = cell?.trim() ?? '';
  return text === '-0-' ? '' : text;
};

/** The last line of each file is the end of file of old; without it the file was cut off. */
const END = '\u001a';

async function* rows(
  part: string,
  files: ListFiles,
  meta: ListMeta,
  columns: number,
): AsyncGenerator<string[][]> {
  const bytes = files[part];
  if (!bytes) return;
  const ends = (meta.ends ??= {});
  ends[part] = false;
  for await (const read of readCsv(bytes, { relaxed: true })) {
    const found: string[][] = [];
    for (const row of read) {
      const only = row.length === 1 ? (row[0] ?? '') : null;
      ends[part] = only === END;
      if (only === '' || only === END) continue;
      if (row.length !== columns || !/^\d+$/.test(row[0]?.trim() ?? ''))
        throw new ListRejected(
          'kyb.list_malformed',
          'A row is not one of this file: it is damaged, or was cut off.',
        );
      found.push(row.map(value));
    }
    yield found;
  }
}

const byId = async (...of: Parameters<typeof rows>): Promise<Map<string, string[][]>> => {
  const found = new Map<string, string[][]>();
  for await (const read of rows(...of))
    for (const row of read) {
      const id = row[0] ?? '';
      const known = found.get(id);
      if (known) known.push(row);
      else found.set(id, [row]);
    }
  return found;
};

/**
 * Lists of the Office of Foreign Assets Control in its old CSV form: `primary` (sdn.csv, cons_prim.csv), `aliases` (alt), `addresses` (add),
 * `comments` (what did not fit into the remarks). Birth dates, nationalities and documents stand in the remarks.
 */
export async function* parseOfac(files: ListFiles, meta: ListMeta): AsyncGenerator<ListedEntity> {
  if (!files.primary) throw new ListRejected('kyb.list_empty', 'There is no file.');
  const more = {
    aliases: await byId('aliases', files, meta, ALIAS_COLUMNS),
    addresses: await byId('addresses', files, meta, ADDRESS_COLUMNS),
    comments: await byId('comments', files, meta, COMMENT_COLUMNS),
  };
  for await (const read of rows('primary', files, meta, PRIMARY_COLUMNS))
    for (const row of read) {
      const entity = entityOf(row, more);
      if (entity) yield entity;
    }
}

const entityOf = (
  [id = '', name = '', type = '', programme = '', title = '', , , , , flag = '', , remarks = '']: string[],
  more: Readonly<Record<'aliases' | 'addresses' | 'comments', ReadonlyMap<string, readonly string[][]>>>,
): ListedEntity | null => {
  const draft = new EntityDraft(id);
  draft.kind = KINDS[type.toLowerCase()] ?? 'unknown';
  draft.name(name);
  for (const [, , , alias] of more.aliases.get(id) ?? []) draft.name(alias);
  for (const [, , street, city, country] of more.addresses.get(id) ?? []) {
    draft.country(countryOf(country));
    draft.address(street, city, country);
  }
  for (const each of programme.split(/\]\s*\[|;/)) draft.programme(each.replace(/[[\]]/g, ''));
  draft.country(countryOf(flag));
  readRemarks(draft, remarks + (more.comments.get(id) ?? []).map(([, text]) => text).join(''));
  draft.remark(title);
  return draft.finish();
};

/** `Passport RL 0123456 (Lebanon) issued 08 Sep 2006 expires 17 Jul 2011`: the number may have spaces. */
const document = (names: string): RegExp =>
  new RegExp(`^(?:alt\\. )?(?:${names}) (.+?)(?: \\(([^()]+)\\))?(?: (?:issued|expires)\\b.*)?$`);

const DOCUMENTS: readonly (readonly [RegExp, string])[] = [
  [
    document(
      'Vessel Registration Identification IMO|Identification Number IMO|Company Number IMO|Registration Number IMO',
    ),
    'imo',
  ],
  [document('Passport'), 'passport'],
  [
    document(
      'National ID No\\.|Cedula No\\.|National Foreign ID Number|Personal ID Card|SSN|C\\.U\\.R\\.P\\.|Identification Number|D\\.N\\.I\\.',
    ),
    'national-id',
  ],
  [
    document('Tax ID No\\.|RUC #|NIT #|R\\.F\\.C\\.|C\\.U\\.I\\.T\\.|RIF #|V\\.A\\.T\\. Number|Fiscal Code'),
    'tax',
  ],
  [
    document(
      'Registration Number|Registration ID|Company Number|Commercial Registry Number|Business Registration Number|Matricula Mercantil No|Public Registration Number|Trade License No\\.|Unified Social Credit Code \\(USCC\\)|D-U-N-S Number|C\\.R\\. No\\.',
    ),
    'register',
  ],
  [document('Legal Entity Number'), 'lei'],
];

/** `DOB 19 Jul 1981; POB Cebu City, Philippines; nationality Philippines; a.k.a. 'ALIAS'.` */
const readRemarks = (draft: EntityDraft, remarks: string): void => {
  draft.remark(remarks);
  for (const raw of remarks.split(';')) {
    const part = raw.trim().replace(/\.$/, '');
    const birth = /^(?:alt\. )?DOB (.+)$/.exec(part);
    if (birth) {
      draft.born(birthOfText(birth[1] ?? ''));
      continue;
    }
    const nation = /^(?:alt\. )?(?:nationality|citizen) (.+)$/.exec(part);
    if (nation) {
      draft.country(countryOf(nation[1]));
      continue;
    }
    const gender = /^Gender (Male|Female)/i.exec(part);
    if (gender) {
      draft.gender = gender[1]?.toLowerCase() === 'male' ? 'male' : 'female';
      continue;
    }
    // Aliases in the remarks are those that the list itself calls weak.
    const weak = /^(?:a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) ['"](.+)['"]$/.exec(part);
    if (weak) {
      draft.name(weak[1], true);
      continue;
    }
    for (const [form, type] of DOCUMENTS) {
      const found = form.exec(part);
      if (!found) continue;
      // A prefix without a number names nobody.
      const value = found[1] ?? '';
      if (/\d/.test(value)) draft.identifier(type, value.replace(/[,;]$/, ''), countryOf(found[2]));
      break;
    }
  }
};
