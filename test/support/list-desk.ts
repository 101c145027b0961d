import type { ServerResponse } from 'node:http';
import { UnitOfWork } from '#libs/persistence';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { TestApp } from './app.js';
import { type Listed, ListServer } from './list-server.js';
import type { TestTenant } from './tenant.js';

export interface ListView {
  list: string;
  edition: { number: number; entities: number; contentHash: string; parser: number } | null;
  failures: number;
  alarm: { code: string; detail: string } | null;
}

export const people = (count: number, of = 'Primerov'): Listed[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `EU.${at}`,
    names: [`Invented Person${at} ${of}`],
    born: '1970-01-02',
    country: 'RU',
  }));

export const fail =
  (status: number) =>
  (_: unknown, response: ServerResponse): void => {
    response.writeHead(status).end('no');
  };

/** An application whose sanctions lists come from a server on loopback, which is told what to answer; with little patience. */
export class ListDesk {
  private constructor(
    readonly host: TestApp,
    readonly tenant: TestTenant,
    readonly lists: ListServer,
    readonly refresher: ListRefresher,
  ) {}

  static async start(): Promise<ListDesk> {
    const lists = await ListServer.start();
    const host = await TestApp.start({
      env: {
        ...lists.env,
        KYB_LIST_MAX_BYTES: '2000000',
        KYB_LIST_STALL_MS: '1500',
        KYB_LIST_FIRST_BYTE_MS: '20000',
        KYB_LIST_TIMEOUT_MS: '25000',
        KYB_LEASE_MS: '6000',
      },
    });
    return new ListDesk(host, await host.createTenant(), lists, host.app.get(ListRefresher));
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.lists.stop();
  }

  async state(list = 'eu'): Promise<ListView> {
    const { status, body } = await this.tenant.get<ListView>(`/api/v1/kyb/lists/${list}`);
    expect(status).toBe(200);
    return body;
  }

  async progress(list: string): Promise<{ progress: unknown; lease: Date | null }> {
    const uow = this.host.app.get(UnitOfWork);
    const [row] = await uow.runAsSystem(() =>
      uow.query<{ progress: unknown; lease: Date | null }>(
        'SELECT progress, lease_until AS lease FROM kyb_list WHERE list = $1',
        [list],
      ),
    );
    return row!;
  }
}
