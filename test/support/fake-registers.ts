import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The three sources, each answering as it was told, and refusing what the real one would refuse. */
export class FakeRegisters {
  rest: (body: Record<string, string>) => { status?: number; body: unknown } = () => ({ body: {} });
  soap: (body: string) => { status?: number; body: string } = () => ({ status: 500, body: '' });
  gleif: (path: string) => { status?: number; body: string; headers?: Record<string, string> } = () => ({
    status: 404,
    body: '{}',
  });
  portal: { form: string; result: string; status?: number } = { form: '', result: '' };
  readonly asked: string[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  delayed: Promise<void> | null = null;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeRegisters> {
    const server = createServer();
    const fake = new FakeRegisters(server);
    server.on('request', (request, response) => void fake.serve(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return fake;
  }

  get env(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return {
      VIES_ENABLED: 'true',
      GLEIF_ENABLED: 'true',
      INSOLVENCY_ENABLED: 'true',
      VIES_API_URL: `${url}/vies/rest-api`,
      VIES_SOAP_URL: `${url}/vies/soap`,
      GLEIF_API_URL: `${url}/gleif`,
      INSOLVENCY_URL: `${url}/ap/suche.jsf`,
      KYB_REGISTER_BACKOFF_MS: '1',
      GLEIF_PER_MINUTE: '1000',
    };
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString('utf8');
    const path = request.url ?? '';
    this.asked.push(`${request.method ?? ''} ${path}`);
    await this.delayed;
    this.atOnce -= 1;
    const end = (status: number, text: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, headers).end(text);
    };
    if (path === '/vies/rest-api/check-vat-number') {
      const json = JSON.parse(body) as Record<string, string>;
      // CheckVatRequest of the swagger: strings, and no others.
      const known = ['countryCode', 'vatNumber', 'requesterMemberStateCode', 'requesterNumber'];
      if (Object.entries(json).some(([name, value]) => !known.includes(name) || typeof value !== 'string'))
        return end(400, '{}');
      const answer = this.rest(json);
      return end(answer.status ?? 200, JSON.stringify(answer.body), { 'content-type': 'application/json' });
    }
    if (path === '/vies/soap') {
      if (!/<v:checkVat(?:Approx)?><v:countryCode>[A-Z]{2}<\/v:countryCode><v:vatNumber>/.test(body))
        return end(500, '');
      const answer = this.soap(body);
      return end(answer.status ?? 200, answer.body, { 'content-type': 'text/xml' });
    }
    if (path.startsWith('/gleif/')) {
      if (request.headers.accept !== 'application/vnd.api+json') return end(406, '');
      const answer = this.gleif(path.slice('/gleif'.length));
      return end(answer.status ?? 200, answer.body, answer.headers);
    }
    const { form, result, status = 200 } = this.portal;
    if (request.method === 'GET') return end(status, form, { 'set-cookie': 'JSESSIONID=abc; Path=/' });
    const sent = new URLSearchParams(body);
    const complete =
      request.headers.cookie === 'JSESSIONID=abc' &&
      sent.get('jakarta.faces.ViewState') === '-12:34' &&
      sent.get('frm_suche:lsom_wildcard:lsom') === '0' &&
      sent.get('frm_suche:cbt_suchen') === 'Suchen';
    end(complete ? 200 : 500, complete ? result : '');
  }
}
