import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import type { ListName } from '../../src/kyb/domain/sources.js';

/** An invented listed party, written in whatever layout its list has. */
export interface Listed {
  readonly id: string;
  readonly kind?: 'person' | 'organisation';
  readonly names: readonly string[];
  readonly born?: string;
  readonly country?: string;
}

/** Refreshes a list and accepts what it now says, as an operator does who has looked at what the guard refused. */
export const takeList = async (refresher: ListRefresher, list: ListName): Promise<void> => {
  const first = await refresher.refresh(list);
  if (first?.outcome === 'refused') await refresher.refresh(list, { accept: first.contentHash });
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const xml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** FSF 1.1, as far as a parser may look. */
export const euFile = (entities: readonly Listed[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-01T16:00:00.000+01:00" globalFileId="1">
${entities
  .map(
    ({ id, kind = 'person', names, born, country }) =>
      `<sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="${xml(id)}" logicalId="1"><remark>Invented.</remark>
<regulation regulationType="regulation" publicationDate="2022-02-25" programme="TEST" logicalId="2"/>
<subjectType code="${kind === 'person' ? 'person' : 'enterprise'}" classificationCode="${kind === 'person' ? 'P' : 'E'}"/>
${names
  .map(
    (name) =>
      `<nameAlias firstName="" middleName="" lastName="" wholeName="${xml(name)}" gender="" strong="true" logicalId="3"/>`,
  )
  .join('')}
${country ? `<citizenship region="" countryIso2Code="${country}" countryDescription="" logicalId="4"/>` : ''}
${born ? `<birthdate circa="false" calendarType="GREGORIAN" birthdate="${born}" dayOfMonth="${born.slice(8)}" monthOfYear="${born.slice(5, 7)}" year="${born.slice(0, 4)}" countryIso2Code="00" logicalId="5"/>` : ''}
</sanctionEntity>`,
  )
  .join('\n')}
</export>`;

/** The UN's consolidated list. */
export const unFile = (entities: readonly Listed[]): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS>${entities
    .map(
      ({ id, names: [first = '', ...others], born }) =>
        `<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>${xml(first)}</FIRST_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE><REFERENCE_NUMBER>${xml(id)}</REFERENCE_NUMBER><LISTED_ON>2020-01-01</LISTED_ON>${others
          .map(
            (name) =>
              `<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>${xml(name)}</ALIAS_NAME></INDIVIDUAL_ALIAS>`,
          )
          .join('')}${
          born
            ? `<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>${born}</DATE></INDIVIDUAL_DATE_OF_BIRTH>`
            : ''
        }</INDIVIDUAL>`,
    )
    .join('')}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>`;

/** Serves the lists as the authorities do; `say` changes what a list says, `answer` how it is answered. */
export class ListServer {
  private readonly bodies = new Map<string, string>();
  private readonly answers = new Map<string, Answer[]>();
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ListServer> {
    const server = createServer();
    const lists = new ListServer(server);
    server.on('request', (request, response) => lists.serve(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return lists;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Settings that lead here. */
  get env(): Record<string, string> {
    return {
      EU_LIST_URL: `${this.url}/eu.xml`,
      UN_LIST_URL: `${this.url}/un.xml`,
      UK_LIST_URL: `${this.url}/uk.csv`,
      OFAC_LIST_URL: `${this.url}/ofac`,
      KYB_LIST_FEWEST_PERCENT: '0',
    };
  }

  say(path: string, body: string): void {
    this.bodies.set(path, body);
  }

  /** How the next requests for a path are answered, one after the other; then as before. */
  answer(path: string, ...answers: Answer[]): void {
    this.answers.set(path, answers);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', this.url).pathname;
    this.asked.push(path);
    const special = this.answers.get(path)?.shift();
    if (special) {
      special(request, response);
      return;
    }
    const body = this.bodies.get(path);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${Buffer.from(body).toString('base64url').slice(-16)}${body.length}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { etag, 'content-encoding': 'gzip' }).end(gzipSync(body));
  }
}
