import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyAscii from 'any-ascii';
import { parse } from 'csv-parse/sync';
import { ROOT } from './lib.mjs';

// Compacts the public tables into libs/screening/tables: node scripts/screening-tables.mjs [DATA FOLDER]

const data = process.argv[2] ?? join(ROOT, '..', 'shared', 'data', 'kyb');
const read = (...path) => readFileSync(join(data, ...path), 'utf8').replace(/^\uFEFF/, '');
const plain = (text) =>
  anyAscii(text.normalize('NFKC'))
    .toLowerCase()
    .replace(/\b(?:[a-z]\.\s?)+[a-z]?\b\.?/g, (run) => ` ${run.replace(/[.\s]/g, '')} `)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Words that by themselves are names, articles or English words, though some register uses them as a form. */
const NEVER = new Set(
  'bank group trust fund foundation union house ab by i u d the of and in na la le'.split(' '),
);

const classes = new Map();
const add = (form, phrase) => {
  const key = plain(phrase);
  if (key.length < 2 || key.length > 60 || NEVER.has(key) || /^\d+$/.test(key)) return;
  if (!classes.has(key)) classes.set(key, form);
};

const rigour = () => {
  let entry = { generic: '', compare: '', phrases: [] };
  const close = () => {
    const form = entry.generic || 'ANY';
    if (!['FIN', 'MIL', 'REL', 'JV', 'San.', '""'].includes(form))
      for (const each of entry.phrases) add(form, each);
    entry = { generic: '', compare: '', phrases: [] };
  };
  const unquote = (text) => text.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
  for (const line of read('rigour', 'org_types.yml').split('\n')) {
    const opened = /^ {2}- (.*)$/.exec(line);
    if (opened) close();
    const [, key, value] = /^ {2}(?:- | {2})(\w+):\s*(.*)$/.exec(line) ?? [];
    if (key === 'generic') entry.generic = unquote(value);
    else if (key === 'display' || key === 'compare') entry.phrases.push(unquote(value));
    const alias = /^ {6}- (.*)$/.exec(line);
    if (alias) entry.phrases.push(unquote(alias[1]));
  }
  close();
};

const KINDS = [
  [/limited liability part|responsabilidade? limitada.*parceria/i, 'LLP'],
  [
    /limited liab|beschr.nkter? haftung|responsab\w+ limit|responsabilit. limitat|ogranicenom odgovornos|ogranichennoi otvet|ograniczon/i,
    'LLC',
  ],
  [/joint.stock|aktie|anonym|akcij|akcion|aktsion|por acoes|osakeyhti|stock comp/i, 'JSC'],
  [/limited partner|kommandit|commandit/i, 'LP'],
  [/cooperat|co-operat|genossenschaft/i, 'COOP'],
];
const gleif = () => {
  for (const row of parse(read('gleif', 'elf-codes-1.4.1.csv'), { columns: true, relax_quotes: true })) {
    const name = row['Entity Legal Form name Local name'] ?? '';
    const ascii = row['Entity Legal Form name Transliterated name (per ISO 01-140-10)'] ?? '';
    const form = KINDS.find(([test]) => test.test(`${anyAscii(name)} ${ascii}`))?.[1];
    if (form === undefined) continue;
    add(form, name);
    for (const each of (row['Abbreviations Local language'] ?? '').split(';'))
      if (each.trim().length > 2) add(form, each);
  }
};

/** How many of 16 halvings more common than once a word is among listed entities: log2 of the number of entities. */
const frequencies = () => {
  const counts = { P: new Map(), O: new Map() };
  for (const line of read('all-names.tsv').split('\n').slice(1)) {
    const [list, id, type, name] = line.split('\t');
    if (name === undefined || !counts[type]) continue;
    for (const word of new Set(plain(name).split(' '))) {
      if (word.length < 2) continue;
      const seen = counts[type].get(word) ?? new Set();
      seen.add(`${list}${id}`);
      counts[type].set(word, seen);
    }
  }
  return Object.fromEntries(
    Object.entries(counts).map(([type, words]) => {
      const levels = {};
      for (const [word, seen] of [...words].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const level = Math.floor(Math.log2(seen.size));
        if (level >= 4) (levels[level] ??= []).push(word);
      }
      return [type, levels];
    }),
  );
};

const ALPHABETS = /^[\P{L}\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+$/u;

/**
 * Words that companies of many languages describe themselves by, in groups of one meaning: single words of three letters and more
 * that persons are not called by.
 */
const companyWords = (persons) => {
  const groups = [];
  let ofCompanies = false;
  for (const line of read('rigour', 'symbols.yml').split('\n')) {
    const section = /^(\w+):/.exec(line)?.[1];
    if (section !== undefined) ofCompanies = section === 'org_symbols' || section === 'org_domains';
    else if (ofCompanies && /^ {2}\w+:/.test(line)) groups.push(new Set());
    const [, text] = /^ {4}- (.*)$/.exec(line) ?? [];
    if (text === undefined || !ofCompanies) continue;
    const written = text.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
    const word = ALPHABETS.test(written) ? plain(written) : '';
    if (/^[a-z]{3,}$/.test(word) && !persons.has(word)) groups.at(-1)?.add(word);
  }
  return groups.filter(({ size }) => size > 1).map((words) => [...words].sort().join(' '));
};

const table = (name, note, groups) =>
  writeFileSync(
    join(ROOT, 'libs', 'screening', 'tables', `${name}.data.ts`),
    `// Made by scripts/screening-tables.mjs. ${note}\n\n` +
      Object.entries(groups)
        .map(([key, text]) => `export const ${key} =\n  '${text}';\n`)
        .join('\n'),
  );

rigour();
gleif();
const byForm = {};
for (const [phrase, form] of [...classes].sort(([a], [b]) => (a < b ? -1 : 1)))
  (byForm[form] ??= []).push(phrase);
table('legal-forms', 'Sources: opensanctions/rigour org_types.yml (MIT), GLEIF ELF code list 1.4.1.', {
  LEGAL_FORMS: Object.entries(byForm)
    .map(([form, phrases]) => `${form}:${phrases.join('|')}`)
    .join(';'),
});
const { P, O } = frequencies();
const pack = (levels) =>
  Object.entries(levels)
    .map(([level, words]) => `${level}:${words.join('|')}`)
    .join(';');
table(
  'frequencies',
  'Word counts over the EU, UK, UN and US lists (public data): level = log2 of the entities.',
  {
    PERSON_WORDS: pack(P),
    ORGANISATION_WORDS: pack(O),
  },
);
const words = companyWords(new Set(Object.values(P).flat()));
table('company-words', 'Source: opensanctions/rigour symbols.yml (MIT): words of one meaning.', {
  COMPANY_WORDS: words.join('|'),
});
console.log(
  `${classes.size} legal forms, ${pack(P).length + pack(O).length} characters of frequencies, ${words.length} groups of company words`,
);
