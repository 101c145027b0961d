import { XMLParser } from 'fast-xml-parser';
import { stdnum } from 'stdnum';
import type { Clock } from '#libs/kernel';
import type { Exchange, Register, RegisterAnswer, RegisterQuestion } from '../../domain/register.js';
import { Gate, notApplicable, notChecked } from './gate.js';
import { exchange, jsonOf, retryAfterOf, textOf } from './recorded-http.js';

export interface ViesOptions {
  /** Of the REST interface, such as `https://ec.europa.eu/taxation_customs/vies/rest-api`. */
  readonly restUrl: string;
  readonly soapUrl: string;
  readonly timeoutMs: number;
  /** Questions at a time about numbers of one member state. */
  readonly perState: number;
  readonly backoffMs: number;
  readonly clock: Clock;
}

/** Member states as VIES names them: Greece is EL, Northern Ireland XI. */
const STATES = new Set(
  'AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI'.split(' '),
);

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * What VIES says instead of an answer (swagger and WSDL of the Commission), and when it is worth asking again. None of it is about the
 * number but `INVALID_INPUT`: the number cannot be one of that state.
 */
const ERRORS: Readonly<Record<string, { reason: string; retryAfterMs: number | null }>> = {
  SERVICE_UNAVAILABLE: { reason: 'kyb.vies_service_unavailable', retryAfterMs: 15 * MINUTE },
  MS_UNAVAILABLE: { reason: 'kyb.vies_ms_unavailable', retryAfterMs: 15 * MINUTE },
  TIMEOUT: { reason: 'kyb.vies_timeout', retryAfterMs: 15 * MINUTE },
  VAT_BLOCKED: { reason: 'kyb.vies_vat_blocked', retryAfterMs: DAY },
  IP_BLOCKED: { reason: 'kyb.vies_ip_blocked', retryAfterMs: DAY },
  GLOBAL_MAX_CONCURRENT_REQ: { reason: 'kyb.vies_global_max_concurrent', retryAfterMs: MINUTE },
  GLOBAL_MAX_CONCURRENT_REQ_TIME: { reason: 'kyb.vies_global_max_concurrent_time', retryAfterMs: MINUTE },
  MS_MAX_CONCURRENT_REQ: { reason: 'kyb.vies_ms_max_concurrent', retryAfterMs: MINUTE },
  MS_MAX_CONCURRENT_REQ_TIME: { reason: 'kyb.vies_ms_max_concurrent_time', retryAfterMs: MINUTE },
  INVALID_REQUESTER_INFO: { reason: 'kyb.vies_invalid_requester', retryAfterMs: null },
};
const UNKNOWN = { reason: 'kyb.vies_unknown_error', retryAfterMs: 15 * MINUTE };

/** Worth another try at once: too many asked at the same moment. */
const CROWDED = new Set([
  'GLOBAL_MAX_CONCURRENT_REQ',
  'GLOBAL_MAX_CONCURRENT_REQ_TIME',
  'MS_MAX_CONCURRENT_REQ',
  'MS_MAX_CONCURRENT_REQ_TIME',
]);
const TRIES = 3;

type Said =
  | {
      readonly kind: 'answer';
      readonly valid: boolean;
      readonly name: string | null;
      readonly address: string | null;
      readonly reference: string | null;
    }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'nothing'; readonly reason: string; readonly retryAfterMs: number };

/** VAT numbers of the European Union: REST and, when that is out of order, SOAP. */
export class ViesRegister implements Register {
  readonly name = 'vies';
  readonly gate: Gate;

  constructor(private readonly options: ViesOptions) {
    this.gate = new Gate({ name: 'vies', atOnce: options.perState });
  }

  ask({ facts, requesterVatNumber }: RegisterQuestion): Promise<RegisterAnswer> {
    const { vatNumber } = facts;
    if (vatNumber === null) return Promise.resolve(notApplicable('kyb.no_vat_number'));
    const state = vatNumber.slice(0, 2);
    if (!STATES.has(state)) return Promise.resolve(notApplicable('kyb.vies_not_a_member_state'));
    return this.gate.pass(
      state,
      () => this.look(vatNumber, requesterVatNumber),
      ({ reason }) =>
        reason === 'kyb.vies_service_unavailable' ||
        reason === 'kyb.vies_unreachable' ||
        reason === UNKNOWN.reason,
    );
  }

  private async look(vatNumber: string, requester: string | null): Promise<RegisterAnswer> {
    const exchanges: Exchange[] = [];
    let said = await this.tried(() => this.rest(vatNumber, requester), exchanges);
    if (said.kind === 'error' && said.code === 'INVALID_REQUESTER_INFO' && requester !== null) {
      // Whether the number is valid does not hang on who asks: only the consultation number does.
      const without = await this.tried(() => this.rest(vatNumber, null), exchanges);
      return withoutReference(this.conclude(vatNumber, without, exchanges));
    }
    if (said.kind === 'nothing' || (said.kind === 'error' && said.code === 'SERVICE_UNAVAILABLE')) {
      const other = await this.tried(() => this.soap(vatNumber, requester), exchanges);
      if (other.kind !== 'nothing') said = other;
    }
    return this.conclude(vatNumber, said, exchanges);
  }

  private conclude(vatNumber: string, said: Said, exchanges: readonly Exchange[]): RegisterAnswer {
    if (said.kind === 'nothing') return notChecked(said.reason, said.retryAfterMs, exchanges);
    const checksum = checksumOf(vatNumber);
    if (said.kind === 'answer')
      return {
        state: said.valid ? 'valid' : 'invalid',
        reason: null,
        retryAfterMs: null,
        facts: { vatNumber, name: said.name, address: said.address, ...checksum },
        reference: said.reference,
        exchanges,
      };
    if (said.code === 'INVALID_INPUT')
      return {
        state: 'invalid',
        reason: 'kyb.vies_invalid_input',
        retryAfterMs: null,
        facts: { vatNumber, name: null, address: null, ...checksum },
        reference: null,
        exchanges,
      };
    const { reason, retryAfterMs } = ERRORS[said.code] ?? UNKNOWN;
    return notChecked(reason, retryAfterMs, exchanges);
  }

  /** Again after a pause while it is crowded. */
  private async tried(ask: () => Promise<Exchange>, exchanges: Exchange[]): Promise<Said> {
    for (let tries = 1; ; tries += 1) {
      const made = await ask();
      exchanges.push(made);
      const said = read(made, this.options.clock.now());
      if (said.kind !== 'error' || !CROWDED.has(said.code) || tries === TRIES) return said;
      const pause = this.options.backoffMs * 2 ** (tries - 1) * (0.5 + Math.random());
      await new Promise((later) => setTimeout(later, pause));
    }
  }

  private rest(vatNumber: string, requester: string | null): Promise<Exchange> {
    const { restUrl, timeoutMs, clock } = this.options;
    return exchange(
      {
        method: 'POST',
        url: `${restUrl.replace(/\/+$/, '')}/check-vat-number`,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({
          countryCode: vatNumber.slice(0, 2),
          vatNumber: vatNumber.slice(2),
          ...(requester
            ? { requesterMemberStateCode: requester.slice(0, 2), requesterNumber: requester.slice(2) }
            : {}),
        }),
      },
      { timeoutMs, clock },
    );
  }

  private soap(vatNumber: string, requester: string | null): Promise<Exchange> {
    const { soapUrl, timeoutMs, clock } = this.options;
    const element = (name: string, text: string): string => `<v:${name}>${text}</v:${name}>`;
    const number =
      element('countryCode', vatNumber.slice(0, 2)) + element('vatNumber', escaped(vatNumber.slice(2)));
    const call = requester
      ? element(
          'checkVatApprox',
          number +
            element('requesterCountryCode', requester.slice(0, 2)) +
            element('requesterVatNumber', escaped(requester.slice(2))),
        )
      : element('checkVat', number);
    return exchange(
      {
        method: 'POST',
        url: soapUrl,
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
        body: `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:v="urn:ec.europa.eu:taxud:vies:services:checkVat:types"><s:Body>${call}</s:Body></s:Envelope>`,
      },
      { timeoutMs, clock },
    );
  }
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

const withoutReference = (answer: RegisterAnswer): RegisterAnswer => ({
  ...answer,
  reason: answer.reason ?? 'kyb.vies_invalid_requester',
  reference: null,
});

/** Whether the check digits are right, where they are known; a number that VIES cannot say anything of has that at least. */
const checksumOf = (vatNumber: string): { checksumValid: boolean | null } => {
  const country = vatNumber.startsWith('EL')
    ? 'GR'
    : vatNumber.startsWith('XI')
      ? 'GB'
      : vatNumber.slice(0, 2);
  const known = stdnum[country]?.vat;
  return { checksumValid: known ? known.validate(vatNumber.slice(2)).isValid : null };
};

const read = (made: Exchange, now: Date): Said => {
  const retryAfterMs = retryAfterOf(made, now) ?? 15 * MINUTE;
  if (made.failure !== null) return { kind: 'nothing', reason: 'kyb.vies_unreachable', retryAfterMs };
  if (made.status === 429) return { kind: 'nothing', reason: 'kyb.vies_rate_limited', retryAfterMs };
  if (made.status === 403) return { kind: 'error', code: 'IP_BLOCKED' };
  const said = made.requestHeaders['content-type']?.startsWith('text/xml') ? readSoap(made) : readRest(made);
  if (said) return said;
  return (made.status ?? 0) >= 500
    ? { kind: 'nothing', reason: 'kyb.vies_unreachable', retryAfterMs }
    : { kind: 'nothing', reason: 'kyb.vies_answer_invalid', retryAfterMs };
};

/** Withheld fields come as `---`. */
const shown = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value.replace(/\s*\n\s*/g, ', ').trim() : '';
  return text === '' || /^-+$/.test(text) ? null : text;
};

const readRest = (made: Exchange): Said | null => {
  const body = jsonOf(made);
  if (!body) return null;
  if (Array.isArray(body.errorWrappers)) {
    const [first] = body.errorWrappers as ({ error?: unknown } | null)[];
    return { kind: 'error', code: typeof first?.error === 'string' ? first.error : '' };
  }
  if (made.status !== 200 || typeof body.valid !== 'boolean') return null;
  return {
    kind: 'answer',
    valid: body.valid,
    name: shown(body.name) ?? shown(body.traderName),
    address: shown(body.address),
    reference: shown(body.requestIdentifier),
  };
};

const xml = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false });

interface SoapBody {
  readonly Envelope?: {
    readonly Body?: {
      readonly Fault?: { readonly faultstring?: unknown };
      readonly checkVatResponse?: Record<string, unknown>;
      readonly checkVatApproxResponse?: Record<string, unknown>;
    };
  };
}

const readSoap = (made: Exchange): Said | null => {
  // SOAP 1.1, 3: a message has no document type. What one defines would be expanded.
  if (/<!DOCTYPE/i.test(textOf(made))) return null;
  let body: NonNullable<SoapBody['Envelope']>['Body'];
  try {
    body = (xml.parse(textOf(made)) as SoapBody).Envelope?.Body;
  } catch {
    return null;
  }
  if (body?.Fault) {
    const { faultstring } = body.Fault;
    return { kind: 'error', code: typeof faultstring === 'string' ? faultstring.trim() : '' };
  }
  const answer = body?.checkVatResponse ?? body?.checkVatApproxResponse;
  // xsd:boolean is true, false, 1 or 0; anything else is no answer.
  const valid =
    typeof answer?.valid === 'string'
      ? (/^(?:true|1)$/.exec(answer.valid) ?? /^(?:false|0)$/.exec(answer.valid))
      : null;
  if (!answer || !valid) return null;
  return {
    kind: 'answer',
    valid: valid[0] === 'true' || valid[0] === '1',
    name: shown(answer.name) ?? shown(answer.traderName),
    address: shown(answer.address) ?? shown(answer.traderAddress),
    reference: shown(answer.requestIdentifier),
  };
};
