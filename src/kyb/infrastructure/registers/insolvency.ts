import { DomUtils, parseDocument } from 'htmlparser2';
import type { Clock } from '#libs/kernel';
import { ALERT_THRESHOLD, compare } from '#libs/screening';
import { canBeInNotices, type CounterpartyFacts } from '../../domain/counterparty.js';
import type { Exchange, Register, RegisterAnswer, RegisterQuestion } from '../../domain/register.js';
import { Gate, notApplicable, notChecked } from './gate.js';
import { exchange, textOf } from './recorded-http.js';

export interface InsolvencyOptions {
  /** Of the search page, such as `https://neu.insolvenzbekanntmachungen.de/ap/suche.jsf`. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export interface Notice {
  /** `YYYY-MM-DD` */
  readonly publishedOn: string;
  /** Such as `36e IN 123/26`. */
  readonly caseNumber: string;
  readonly court: string;
  readonly debtor: string;
  readonly seat: string;
  /** Such as `Berlin, HRB 123456`; empty when the notice names none. */
  readonly register: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Fields of the search form. All others are sent as the page has them. */
const FORM = 'frm_suche';
const FIELDS = {
  name: 'frm_suche:litx_firmaNachName:text',
  from: 'frm_suche:ldi_datumVon:datumHtml5',
  to: 'frm_suche:ldi_datumBis:datumHtml5',
  submit: 'frm_suche:cbt_suchen',
} as const;
const TABLE = 'tbl_ergebnis';
const COLUMNS = 6;
/** The portal has cases from 2018 on; older ones are elsewhere. */
const SINCE = '2018-01-01';
const NO_HITS =
  /Keine (?:Treffer|Eintr|Daten|Veröffentlichungen)|keine (?:Treffer|Ergebnisse|Bekanntmachungen)/;

type Element = NonNullable<ReturnType<typeof DomUtils.findOne>>;

/**
 * Insolvency notices of the German courts, read from the search page of the portal: it has no interface for programs. A page of
 * another layout than known is never read as "no notice", and no notice never as solvent.
 */
export class InsolvencyRegister implements Register {
  readonly name = 'insolvency';
  /** One at a time: it is a page for people. */
  readonly gate = new Gate({ name: 'insolvency', atOnce: 1, openMs: HOUR });

  constructor(private readonly options: InsolvencyOptions) {}

  ask({ facts }: RegisterQuestion): Promise<RegisterAnswer> {
    if (facts.kind !== 'organisation')
      return Promise.resolve(notApplicable('kyb.insolvency_organisations_only'));
    if (!canBeInNotices(facts)) return Promise.resolve(notApplicable('kyb.insolvency_germany_only'));
    return this.gate.pass(
      '',
      () => this.look(facts),
      ({ state }) => state === 'not_checked',
    );
  }

  private async look(facts: CounterpartyFacts): Promise<RegisterAnswer> {
    const { url, timeoutMs, clock } = this.options;
    const exchanges: Exchange[] = [];
    const page = await exchange(
      { method: 'GET', url, headers: { accept: 'text/html' } },
      { timeoutMs, clock },
    );
    exchanges.push(page);
    const refused = refusal(page);
    if (refused) return notChecked(refused, HOUR, exchanges);
    const form = readForm(textOf(page), url);
    if (!form) return notChecked('kyb.insolvency_layout_unknown', HOUR, exchanges);
    form.fields.set(FIELDS.name, facts.names[0] ?? '');
    form.fields.set(FIELDS.from, SINCE);
    form.fields.set(FIELDS.to, clock.now().toISOString().slice(0, 10));
    form.fields.set(FIELDS.submit, 'Suchen');
    const result = await exchange(
      {
        method: 'POST',
        url: form.action,
        headers: {
          accept: 'text/html',
          'content-type': 'application/x-www-form-urlencoded',
          cookie: cookiesOf(page),
        },
        body: form.fields.toString(),
      },
      { timeoutMs, clock },
    );
    // The cookie is a session of nobody, but a session.
    const { cookie: _, ...requestHeaders } = result.requestHeaders;
    exchanges.push({ ...result, requestHeaders });
    const refusedResult = refusal(result);
    if (refusedResult) return notChecked(refusedResult, HOUR, exchanges);
    const notices = readNotices(textOf(result));
    if (!notices) return notChecked('kyb.insolvency_layout_unknown', HOUR, exchanges);
    const own = notices.filter((notice) => isAbout(notice, facts));
    return {
      state: own.length > 0 ? 'notice_found' : 'no_notice_found',
      reason: null,
      retryAfterMs: null,
      facts: { notices: [...new Set(own.map(keyOf))].sort() },
      reference: null,
      exchanges,
    };
  }
}

const refusal = ({ failure, status }: Exchange): string | null =>
  failure !== null
    ? 'kyb.insolvency_unreachable'
    : status === 403 || status === 429
      ? 'kyb.insolvency_blocked'
      : status === 200
        ? null
        : 'kyb.insolvency_unreachable';

/** What the portal knows a publication by: court, case, date and register. */
const keyOf = ({ court, caseNumber, publishedOn, register }: Notice): string =>
  [court, caseNumber, publishedOn, register].join(' | ');

const cookiesOf = ({ responseHeaders }: Exchange): string =>
  (responseHeaders['set-cookie'] ?? '')
    .split(/,(?=[^;,]+=)/)
    .map((cookie) => cookie.split(';')[0]?.trim() ?? '')
    .filter((cookie) => cookie !== '')
    .join('; ');

const readForm = (html: string, url: string): { action: string; fields: URLSearchParams } | null => {
  const form = byId(html, FORM);
  if (!form) return null;
  const fields = new URLSearchParams();
  const named = DomUtils.findAll(
    ({ name }) => name === 'input' || name === 'select' || name === 'textarea',
    form.children,
  );
  for (const field of named) {
    const { name, type = 'text', value = '' } = field.attribs;
    if (!name || type === 'submit' || type === 'button' || type === 'image') continue;
    if ((type === 'checkbox' || type === 'radio') && !('checked' in field.attribs)) continue;
    fields.append(name, field.name === 'select' ? selectedOf(field) : value);
  }
  if (![FIELDS.name, FIELDS.from, FIELDS.to].every((name) => fields.has(name))) return null;
  if (![...fields.keys()].some((name) => name.endsWith('.ViewState'))) return null;
  return { action: new URL(form.attribs.action ?? url, url).href, fields };
};

const selectedOf = (select: Element): string => {
  const options = DomUtils.findAll(({ name }) => name === 'option', select.children);
  const chosen = options.find(({ attribs }) => 'selected' in attribs) ?? options[0];
  return chosen?.attribs.value ?? '';
};

/** Of a page of results; null when it is none that is known. */
export const readNotices = (html: string): Notice[] | null => {
  const document = parseDocument(html);
  const text = DomUtils.textContent(document);
  if (!/Suchergebnis/.test(text)) return null;
  const table = byId(html, TABLE);
  if (!table) return NO_HITS.test(text) ? [] : null;
  const rows = DomUtils.findAll(({ name }) => name === 'tr', table.children).map((row) =>
    DomUtils.findAll(({ name }) => name === 'td', row.children).map((cell) =>
      DomUtils.textContent(cell).replace(/\s+/g, ' ').trim(),
    ),
  );
  const notices: Notice[] = [];
  for (const cells of rows) {
    if (cells.length === 0) continue;
    const [date = '', caseNumber = '', court = '', debtor = '', seat = '', register = ''] = cells;
    const dated = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(date);
    if (cells.length < COLUMNS || !dated || !/\d+\/\d+/.test(caseNumber)) return null;
    // Consumers (registry sign IK) are nobody's counterparties.
    if (/\bIK\b/.test(caseNumber)) continue;
    notices.push({
      publishedOn: `${dated[3] ?? ''}-${dated[2] ?? ''}-${dated[1] ?? ''}`,
      caseNumber,
      court,
      debtor,
      seat,
      register,
    });
  }
  return notices;
};

/** By the register number when both say one; by the name otherwise. */
const isAbout = (notice: Notice, facts: CounterpartyFacts): boolean => {
  const number = (text: string): string | null =>
    /(HR[AB]|GnR|PR|VR)\s*(\d+)/i.exec(text)?.slice(1).join('').toUpperCase() ?? null;
  const [theirs, ours] = [number(notice.register), number(facts.registerNumber ?? '')];
  if (theirs !== null && ours !== null && theirs !== ours) return false;
  const { score } = compare(
    { names: facts.names, kind: 'organisation' },
    { id: 'notice', kind: 'organisation', names: [{ text: notice.debtor || '-' }] },
  );
  return score >= ALERT_THRESHOLD;
};

const byId = (html: string, id: string): Element | null =>
  DomUtils.findOne(({ attribs }) => attribs.id === id, parseDocument(html).children);
