import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { newOwner, signIn, startApp } from './support/app.mjs';
import { createDatabase, withClient } from './support/engines.mjs';
import { closedLoop, requestBytes } from './support/load.mjs';
import { oracle } from './support/stats.mjs';
import { PHONE_NUMBER_ID } from './support/webhooks.mjs';

const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data', 'kyb');
const BATCH = 100;
const COUNTERPARTIES = 10_000;
const IMPORT = 2_500;

const bytes = (name) => {
  const raw = readFileSync(join(DATA, name));
  return name.endsWith('.gz') ? gunzipSync(raw) : raw;
};

/** Some copies have lost the last line that OFAC ends its files with. */
const ofac = (name) => {
  const raw = bytes(`us/ofac_${name}.csv`);
  return raw.at(-1) === 0x1a ? raw : Buffer.concat([raw, Buffer.from('\u001a')]);
};

/** The UK list as it is, and as it was before a real change: without what was added, and with other remarks where something changed. */
const ukEditions = () => {
  const now = bytes('uk/uksl_2026-08-22.reconstructed.csv.gz').toString('utf8');
  const delta = JSON.parse(bytes('uk/delta_2026-05-02_2026-08-22.json'));
  const added = new Set(delta.added);
  const changed = new Set((delta.changed ?? []).map((each) => each.id ?? each));
  const [first] = now.split('\n', 1);
  const [header, ...rows] = parse(now.slice(first.length + 1), { relax_column_count: true });
  const id = header.indexOf('Unique ID');
  const remarks = header.indexOf('Other Information');
  const before = rows
    .filter((row) => !added.has(row[id]))
    .map((row) => (changed.has(row[id]) ? row.with(remarks, `${row[remarks]} (before)`) : row));
  return { now, before: `${first}\n${stringify([header, ...before])}`, added: added.size };
};

const serve = async (bodies) => {
  const server = createServer((request, response) => {
    const body = bodies.get(new URL(request.url, 'http://localhost').pathname);
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
};

/** Screening with whole lists: how long they take to come, how many names a second through HTTP, and a real change against 10,000 counterparties. */
export const kybScreening = async ({ engines, quick }) => {
  if (!existsSync(DATA)) return [{ what: 'Screening: the lists do not lie beside the project', app: '-' }];
  const uk = ukEditions();
  const bodies = new Map([
    ['/eu.xml', bytes('eu/eu_fsf_2026-05-01.reconstructed.xml.gz')],
    ['/un.xml', bytes('un/UN_consolidated_2026-02-27.xml.gz')],
    ['/uk.csv', uk.before],
    ['/ofac/SDN.CSV', ofac('2022-01_sdn')],
    ['/ofac/ALT.CSV', ofac('2022-01_alt')],
    ['/ofac/ADD.CSV', ofac('2022-01_add')],
    ['/ofac/SDN_COMMENTS.CSV', ofac('2021-07_sdn_comments')],
    ['/ofac/CONS_PRIM.CSV', ofac('nonsdn_2025-12_cons_prim')],
    ['/ofac/CONS_ALT.CSV', ofac('nonsdn_2025-12_cons_alt')],
    ['/ofac/CONS_ADD.CSV', ofac('nonsdn_2025-12_cons_add')],
    ['/ofac/CONS_COMMENTS.CSV', ofac('nonsdn_2025-12_cons_comments')],
  ]);
  const lists = await serve(bodies);
  const database = await createDatabase(engines.databaseUrl);
  const app = await startApp({
    database,
    engines,
    env: {
      // The schedules of production; nothing but these lists is within reach.
      NODE_ENV: 'development',
      ROLE: 'all',
      KYB_LISTS: '',
      EU_LIST_URL: `${lists.url}/eu.xml`,
      UN_LIST_URL: `${lists.url}/un.xml`,
      UK_LIST_URL: `${lists.url}/uk.csv`,
      OFAC_LIST_URL: `${lists.url}/ofac`,
      VIES_ENABLED: 'false',
      GLEIF_ENABLED: 'false',
      INSOLVENCY_ENABLED: 'false',
      KYB_LIST_POLL_MS: '200',
      KYB_BATCH: '5000',
      BODY_LIMIT_BYTES: '8000000',
    },
  });
  const { port } = app.about;
  const base = `http://127.0.0.1:${port}`;
  const sql = (text, values) =>
    withClient(database.url, async (client) => (await client.query(text, values)).rows);
  const until = async (what, probe) => {
    for (const end = Date.now() + 180_000; Date.now() < end; await pause(50)) {
      const found = await probe();
      if (found) return found;
    }
    throw new Error(`${what} did not come`);
  };
  try {
    const owner = newOwner();
    await app.ask('createTenant', { owner, phoneNumberId: PHONE_NUMBER_ID });
    const authorization = `Bearer ${await signIn(app, owner)}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const post = async (path, body) => {
      const answer = await fetch(`${base}/api/v1/kyb${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    };
    await until('five lists', async () => {
      const { status, body } = await post('/screen', { query: { names: ['Nobody At All'] } });
      return status === 200 && body.lists.length === 5;
    });
    const searchedAt = Date.now();
    const metrics = await (await fetch(`${base}/metrics`)).text();
    const sum = (name) =>
      [...metrics.matchAll(new RegExp(`^${name}_sum\\S* ([\\d.]+)$`, 'gm'))].map(([, value]) =>
        Number(value),
      );
    const slowest = Math.max(...sum('frontdesk_kyb_list_refresh_seconds'));
    const [{ begun_at: firstFetch }] = await sql('SELECT min(started_at) AS begun_at FROM kyb_list_fetch');
    const loaded = (searchedAt - firstFetch.getTime()) / 1000;

    const names = parse(bytes('yente/negatives_global.csv.gz'), {
      columns: true,
      to: COUNTERPARTIES + 20_000,
    }).map((row) => row.full_name);
    const requests = quick ? 60 : 300;
    const made = [];
    for (let at = 0; at < requests; at += 1) {
      const queries = Array.from({ length: BATCH }, (_, each) => ({
        names: [names[(at * BATCH + each) % names.length]],
        kind: 'person',
      }));
      made.push(requestBytes('POST', '/api/v1/kyb/screen/batch', headers, JSON.stringify({ queries })));
    }
    await closedLoop({ port, connections: 4, requests: made.slice(0, 20) });
    let answered = 0;
    const startedAt = performance.now();
    await closedLoop({
      port,
      connections: 4,
      requests: made,
      onAnswer: (_, status) => {
        if (status === 200) answered += 1;
      },
    });
    const perSecond = (requests * BATCH * 1000) / (performance.now() - startedAt);
    oracle(answered === requests, `${answered} of ${requests} batches answered`);

    const people = quick ? 2_500 : COUNTERPARTIES;
    for (let at = 0; at < people; at += IMPORT) {
      const csv = stringify([
        ['name', 'kind', 'schedule'],
        ...names.slice(at, at + IMPORT).map((name) => [name, 'person', 'off']),
      ]);
      const { status, body } = await post('/counterparties/imports', { fileName: 'names.csv', csv });
      oracle(status === 201 && body.refused === 0, `an import was answered with ${status}`);
    }
    // Those who are listed only from the next edition on.
    const fresh = new Set(JSON.parse(bytes('uk/delta_2026-05-02_2026-08-22.json')).added.slice(0, 5));
    const [, ...rows] = parse(uk.now.slice(uk.now.indexOf('\n') + 1), { relax_column_count: true });
    const listed = [...new Map(rows.filter((row) => fresh.has(row[1])).map((row) => [row[1], row])).values()];
    for (const row of listed) {
      const name = [row[5], row[6], row[7], row[8], row[9], row[4]].filter((part) => part !== '').join(' ');
      await post('/counterparties', { kind: 'person', names: [name], monitoring: { schedule: 'off' } });
    }
    const passed = (kind) =>
      sql(
        `SELECT *, extract(epoch FROM finished_at - started_at)::float8 AS seconds FROM kyb_run WHERE kind = $1 AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
        [kind],
      );
    await until('a look at everybody', async () => {
      const [{ open }] = await sql(
        `SELECT (SELECT count(*) FROM counterparty WHERE next_due_at <= now()) + (SELECT count(*) FROM kyb_run WHERE finished_at IS NULL) AS open`,
      );
      return Number(open) === 0;
    });
    await sql('DELETE FROM kyb_screened');
    const begun = new Date();
    const full = await until('a full pass', async () => {
      const [run] = await passed('full');
      return run && run.started_at >= begun && run;
    });
    bodies.set('/uk.csv', uk.now);
    await sql(`UPDATE kyb_list SET due_at = now() - interval '1 second' WHERE list = 'uk'`);
    const delta = await until('a delta pass', async () => (await passed('delta'))[0]);
    oracle(
      delta.counterparties === people + listed.length,
      `${delta.counterparties} of ${people} counterparties`,
    );
    oracle(
      delta.hits_added >= listed.length,
      `${delta.hits_added} hits of ${listed.length} who are listed now`,
    );
    const matches = () =>
      sql(
        `SELECT counterparty_id, entry_id, entry_hash, score FROM kyb_match WHERE removed_at IS NULL ORDER BY 1, 2`,
      );
    const after = JSON.stringify(await matches());
    await sql(`UPDATE kyb_screened SET matcher_version = 'other'`);
    const again = await until('another full pass', async () => {
      const [run] = await passed('full');
      return run && run.id !== full.id && run;
    });
    oracle(
      again.affected === 0 && JSON.stringify(await matches()) === after,
      'a full pass finds otherwise than the delta',
    );
    const seconds = (value) => `${value.toFixed(2)} s`;
    return [
      {
        what: `All lists from nothing, from the first fetch until all are searched (the slowest was fetched and stored in ${seconds(slowest)})`,
        app: seconds(loaded),
        goal: '5 s',
        met: loaded <= 5,
      },
      {
        what: `Names screened through HTTP, batches of ${BATCH}, 4 connections`,
        app: `${Math.round(perSecond)}/s`,
        goal: '5000/s',
        met: perSecond >= 5_000,
      },
      {
        what: `UK list, +${uk.added}, against ${delta.counterparties} counterparties (${delta.affected} checked anew; as a full pass finds)`,
        app: seconds(delta.seconds),
        goal: '2 s',
        met: delta.seconds <= 2,
      },
      { what: `The same as a full pass`, app: seconds(again.seconds) },
    ];
  } finally {
    await app.stop();
    lists.stop();
    await database.drop();
  }
};
