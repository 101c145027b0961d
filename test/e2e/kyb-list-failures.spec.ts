import { readdirSync, readlinkSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { UnitOfWork } from '#libs/persistence';
import { eventually } from '../support/eventually.js';
import { fail, ListDesk, people } from '../support/list-desk.js';
import { euFile, unFile } from '../support/list-server.js';
import { ukFile } from '../support/uk-file.js';

let desk: ListDesk;

beforeAll(async () => {
  desk = await ListDesk.start();
});
afterAll(() => desk.stop());

describe('the sanctions lists', () => {
  beforeAll(async () => {
    desk.lists.say('/eu.xml', euFile(people(41)));
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'new_edition', number: 1 });
  });

  const html = '<!DOCTYPE html><html><body>Service unavailable</body></html>';
  it.each([
    ['is a page instead', 'kyb.list_not_xml', [(_: unknown, r: ServerResponse) => r.end(html)]],
    [
      'is cut off',
      'kyb.list_malformed',
      [(_: unknown, r: ServerResponse) => r.end(euFile(people(40)).slice(0, 4_000))],
    ],
    [
      'ends sooner than it promised',
      'kyb.list_unreachable',
      Array.from({ length: 3 }, () => (_: unknown, r: ServerResponse) => {
        r.writeHead(200, { 'content-length': '100000' });
        r.write('<export>');
        r.destroy();
      }),
    ],
    [
      'unpacks to more than anybody wants',
      'kyb.list_too_large',
      [
        (_: unknown, r: ServerResponse) => {
          r.writeHead(200, { 'content-encoding': 'gzip' });
          r.end(gzipSync(Buffer.alloc(8_000_000, 32)));
        },
      ],
    ],
    [
      'stalls',
      'kyb.list_stalled',
      Array.from({ length: 3 }, () => (_: unknown, r: ServerResponse) => void r.write('<export>')),
    ],
    ['is answered with 503 each time', 'kyb.list_http_503', [fail(503), fail(503), fail(503)]],
    ['is forbidden', 'kyb.list_http_403', [fail(403)]],
    ['has shrunk', 'kyb.list_shrank', [(_: unknown, r: ServerResponse) => r.end(euFile(people(12)))]],
    ['has swelled', 'kyb.list_swelled', [(_: unknown, r: ServerResponse) => r.end(euFile(people(90)))]],
    [
      'has lost its birth dates',
      'kyb.list_lost_attributes',
      [(_: unknown, r: ServerResponse) => r.end(euFile(people(41).map(({ born: _born, ...rest }) => rest)))],
    ],
    ['is empty', 'kyb.list_empty', [(_: unknown, r: ServerResponse) => r.end('')]],
  ])('keep their last good edition when a file %s', async (_, code, answers) => {
    desk.lists.answer('/eu.xml', ...answers);
    const outcome = await desk.refresher.refresh('eu');
    expect(outcome).toMatchObject({ code, number: null });
    expect(['refused', 'failed']).toContain(outcome?.outcome);
    expect(await desk.state()).toMatchObject({ edition: { number: 1, entities: 41 }, alarm: { code } });
    desk.lists.answer('/eu.xml');
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged' });
    expect(await desk.state()).toMatchObject({ alarm: null, failures: 0 });
  });

  it('are tried again when an answer is lost on the way', async () => {
    desk.lists.answer('/eu.xml', fail(500), fail(502));
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged' });
  });

  it('may take long to begin, and keep their lease meanwhile', async () => {
    let held: ServerResponse | undefined;
    desk.lists.answer('/eu.xml', (_, response) => (held = response));
    const { leaseMs } = desk.host.settings.kyb;
    const begun = Date.now();
    const refreshed = desk.refresher.refresh('eu');
    // Longer than a stall and a lease may be: it is prolonged though not a byte came.
    await eventually('the lease is kept', async () => {
      const { lease } = await desk.progress('eu');
      return lease !== null && lease.getTime() > begun + leaseMs + 2_000;
    });
    expect(await desk.refresher.refresh('eu')).toBeNull();
    held!.end(euFile(people(42).slice(1)));
    expect(await refreshed).toMatchObject({ outcome: 'new_edition' });
    expect((await desk.progress('eu')).lease).toBeNull();
  });

  const ships = (count: number, from = 0): Record<string, string>[] =>
    Array.from({ length: count }, (_, at) => ({
      'Unique ID': `RUS${String(from + at).padStart(4, '0')}`,
      'Name 6': `Invented Ship ${from + at}`,
      'Designation Type': 'Ship',
    }));

  it('of the UK are not believed at first when nothing says where their file ends', async () => {
    desk.lists.answer('/uk.csv', (_, response) => {
      response.removeHeader('transfer-encoding');
      response.writeHead(200, { connection: 'close' });
      response.write(ukFile(ships(100)));
      response.end();
    });
    expect(await desk.refresher.refresh('uk')).toMatchObject({
      outcome: 'refused',
      code: 'kyb.list_lost_end',
    });
    expect(await desk.state('uk')).toMatchObject({ edition: null, alarm: { code: 'kyb.list_lost_end' } });
  });

  it.each([
    ['was cut off between two rows', 'kyb.list_lost_end', ukFile(ships(95))],
    ['is of days before', 'kyb.list_older', ukFile(ships(101), { dated: '30-Oct-2026' })],
    ['lacks a column', 'kyb.list_malformed', ukFile(ships(100), { without: 'Passport number' })],
  ])('do not believe a CSV that %s, with nothing to say how long it is', async (_, code, text) => {
    desk.lists.answer('/uk.csv', (__, response) => response.end(ukFile(ships(100))));
    expect(await desk.refresher.refresh('uk')).toMatchObject({ number: 1 });
    desk.lists.answer('/uk.csv', (__, response) => {
      response.write(text);
      response.end();
    });
    expect(await desk.refresher.refresh('uk')).toMatchObject({ outcome: 'refused', code });
    expect(await desk.state('uk')).toMatchObject({ edition: { entities: 100 }, alarm: { code } });
  });

  it('of OFAC end with the line that says so', async () => {
    const row = (id: number) => `${id},INVENTED ${id},-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n`;
    const text = Array.from({ length: 30 }, (_, at) => row(at + 1)).join('');
    for (const file of ['CONS_ALT', 'CONS_ADD', 'CONS_COMMENTS'])
      desk.lists.say(`/ofac/${file}.CSV`, '\u001a');
    desk.lists.say('/ofac/CONS_PRIM.CSV', text);
    expect(await desk.refresher.refresh('ofac_cons')).toMatchObject({ code: 'kyb.list_lost_end' });
    desk.lists.say('/ofac/CONS_PRIM.CSV', `${text}\u001a`);
    expect(await desk.refresher.refresh('ofac_cons')).toMatchObject({ outcome: 'new_edition', number: 1 });
    desk.lists.say('/ofac/CONS_PRIM.CSV', text);
    expect(await desk.refresher.refresh('ofac_cons')).toMatchObject({ code: 'kyb.list_lost_end' });
  });

  it('take the download that the guard refused when the operator says so, and no other', async () => {
    desk.lists.say('/eu.xml', euFile(people(12)));
    const refused = await desk.refresher.refresh('eu');
    expect(refused).toMatchObject({ outcome: 'refused', code: 'kyb.list_shrank' });
    const accept = refused!.contentHash!;
    desk.lists.say('/eu.xml', euFile(people(11)));
    const other = await desk.refresher.refresh('eu', { accept });
    expect(other).toMatchObject({ outcome: 'refused', code: 'kyb.list_shrank' });
    expect(other!.contentHash).not.toBe(accept);
    desk.lists.say('/eu.xml', euFile(people(12)));
    expect(await desk.refresher.refresh('eu', { accept })).toMatchObject({
      outcome: 'new_edition',
      code: 'kyb.list_shrank',
      number: 3,
      contentHash: accept,
    });
    expect(await desk.state()).toMatchObject({ edition: { contentHash: accept }, alarm: null });
  });

  it('are refreshed by one process at a time, and two lists at once', async () => {
    desk.lists.say('/eu.xml', euFile(people(13)));
    desk.lists.say('/un.xml', unFile([{ id: 'QDi.999', names: ['Invented Somebody', 'Alias Somebody'] }]));
    const outcomes = await Promise.all([
      desk.refresher.refresh('eu'),
      desk.refresher.refresh('eu'),
      desk.refresher.refresh('un'),
    ]);
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome?.outcome === 'new_edition')).toHaveLength(2);
    expect(await desk.state('un')).toMatchObject({ edition: { number: 1, entities: 1 } });
  });

  it('end all their downloads when one file cannot be had', async () => {
    let held: ServerResponse | undefined;
    desk.lists.answer('/ofac/SDN.CSV', (_, response) => {
      held = response;
      response.write('36,INVENTED AIRLINES,');
    });
    desk.lists.answer('/ofac/SDN_COMMENTS.CSV', (_, response) => {
      void eventually('another file has begun', () => held !== undefined).then(() => fail(404)(_, response));
    });
    desk.lists.answer('/ofac/ALT.CSV', fail(503));
    desk.lists.say('/ofac/ADD.CSV', '');
    expect(await desk.refresher.refresh('ofac_sdn')).toMatchObject({
      outcome: 'failed',
      code: 'kyb.list_http_404',
    });
    const asked = desk.lists.asked.length;
    expect(await desk.progress('ofac_sdn')).toEqual({ progress: null, lease: null });
    await eventually('the other download is ended', () => held!.destroyed);
    expect(desk.lists.asked).toHaveLength(asked);
  });

  it('leave no file open that a parser never came to', async () => {
    const open = (): number =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).includes('ofac_sdn-');
        } catch {
          return false;
        }
      }).length;
    desk.lists.say(
      '/ofac/SDN.CSV',
      '36,INVENTED AIRLINES,-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n\u001a',
    );
    desk.lists.say('/ofac/ALT.CSV', html);
    desk.lists.say('/ofac/ADD.CSV', '36,1,"Street","Town","Cuba",-0- \n');
    desk.lists.say('/ofac/SDN_COMMENTS.CSV', '36,"Invented."\n');
    expect(await desk.refresher.refresh('ofac_sdn')).toMatchObject({ code: 'kyb.list_not_csv' });
    expect(open()).toBe(0);
  });

  it('are not put back by a process that another has overtaken', async () => {
    const before = (await desk.state()).edition!.number;
    const uow = desk.host.app.get(UnitOfWork);
    desk.lists.answer('/eu.xml', (_, response) => {
      // Its lease ran out, and another is at it since.
      void uow
        .runAsSystem(() =>
          uow.execute(
            `UPDATE kyb_list SET attempted_at = attempted_at + interval '1 minute', progress = NULL WHERE list = 'eu'`,
          ),
        )
        .then(() => response.end(euFile(people(14))));
    });
    expect(await desk.refresher.refresh('eu')).toMatchObject({
      outcome: 'refused',
      code: 'kyb.list_overtaken',
    });
    expect(await desk.state()).toMatchObject({ edition: { number: before }, alarm: null });
    // The other still has the list.
    expect((await desk.progress('eu')).lease).not.toBeNull();
    await uow.runAsSystem(() => uow.execute(`UPDATE kyb_list SET lease_until = NULL WHERE list = 'eu'`));
  });
});
