import { newId } from '#libs/kernel';
import { type PermissionName, SCOPED_PERMISSIONS } from '#libs/security';
import { apiRoutes } from '../support/api-routes.js';
import { TestApp } from '../support/app.js';
import { idle, newCustomer, threadOf, type ThreadView } from '../support/conversation.js';
import { lastUserText, reply } from '../support/fake-openai.js';
import type { ApiAnswer, TestMember, TestTenant } from '../support/tenant.js';

type Page<T> = { data: T[] };
type Booking = { id: string; staffId: string; customer: { name: string }; code?: string; version: number };

/** In every word that only others may read. */
const CANARY = 'Zanzibar';

let host: TestApp;
let salon: TestTenant;
/** Sees own work; sees the team's; a colleague in that team; somebody else, whose work both must not see; may do everything. */
let mine: TestMember, team: TestMember, mate: TestMember, other: TestMember;
let teamId: string;
let threads: Record<'mine' | 'mate' | 'team' | 'other' | 'free', ThreadView>;
let bookings: Record<'mine' | 'mate' | 'other', Booking>;
let staff: Record<'mine' | 'mate' | 'other', string>;

const as = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
const outcome = ({ status, body }: ApiAnswer<{ code?: string }>) => [status, body.code];
const ok = async <T>(answer: Promise<ApiAnswer<T>>): Promise<T> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};

const roleOf = async (dataScope: string): Promise<string> => {
  const body = { name: `Of ${dataScope}`, permissions: [...SCOPED_PERMISSIONS], dataScope };
  return (await ok(salon.post<{ id: string }>('/api/v1/roles', body))).id;
};
const threadWith = async (name: string, text: string): Promise<ThreadView> => {
  const from = newCustomer();
  await salon.whatsapp(from, text, { name });
  await host.graph.waitForMessages(1, { to: from });
  return threadOf(salon, from);
};
const assign = (thread: ThreadView, body: object): Promise<ThreadView> =>
  ok(salon.post<ThreadView>(`/api/v1/threads/${thread.id}/assign`, body));
let days = 0;
const newBooking = (staffId: string | undefined, name: string) => {
  const day = new Date(Date.now() + (days += 1) * 86_400_000).toISOString().slice(0, 10);
  return {
    serviceId: salon.services.get('Manicure'),
    startsAt: `${day}T10:00:00Z`,
    staffId,
    customer: { name },
  };
};
const staffOf = async (name: string, member: TestMember): Promise<string> => {
  const body = { name, serviceIds: [...salon.services.values()], personId: member.id };
  const { id } = await ok(salon.post<{ id: string }>('/api/v1/staff', body));
  const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    weekday,
    intervals: [{ from: '09:00', to: '20:00' }],
  }));
  await ok(salon.call('PUT', `/api/v1/staff/${id}/working-hours`, { days: week }));
  return id;
};

beforeAll(async () => {
  host = await TestApp.start({ model: 'scripted' });
  host.openai.handler = (request) => reply.text(`You said: ${lastUserText(request)}`);
  salon = await host.createTenant();
  mine = await salon.join(await roleOf('mine'));
  team = await salon.join(await roleOf('team'));
  [mate, other] = [await salon.join('agent'), await salon.join('agent')];
  const made = await ok(
    salon.post<{ id: string }>('/api/v1/teams', { name: 'Desk', memberIds: [team.id, mate.id] }),
  );
  teamId = made.id;
  threads = {
    mine: await assign(await threadWith('Customer of mine', 'Hello'), { assigneeId: mine.id }),
    mate: await assign(await threadWith('Customer of mate', 'Hello'), { assigneeId: mate.id }),
    team: await assign(await threadWith('Customer of team', 'Hello'), { teamId }),
    other: await assign(await threadWith(`${CANARY} One`, `${CANARY} speaking`), { assigneeId: other.id }),
    free: await threadWith(`${CANARY} Two`, `${CANARY} speaking too`),
  };
  staff = {
    mine: await staffOf('Mine', mine),
    mate: await staffOf('Mate', mate),
    other: await staffOf('Other', other),
  };
  const book = (staffId: string, name: string) =>
    ok(salon.post<Booking>('/api/v1/bookings', newBooking(staffId, name)));
  bookings = {
    mine: await book(staff.mine, 'Customer of mine'),
    mate: await book(staff.mate, 'Customer of mate'),
    other: await book(staff.other, `${CANARY} Three`),
  };
  await idle(host, salon);
});
afterAll(() => host.stop());

const idsOf = async (path: string, who: TestMember): Promise<string[]> =>
  (await ok(salon.get<Page<{ id: string }>>(path, as(who)))).data.map(({ id }) => id).sort();
const ids = (...things: { id: string }[]) => things.map(({ id }) => id).sort();

describe('threads', () => {
  it('are listed and read as far as the scope goes', async () => {
    const seen = new Map([
      [mine, [threads.mine]],
      [team, [threads.mate, threads.team]],
      [mate, Object.values(threads)],
    ]);
    for (const [who, visible] of seen) {
      expect(await idsOf('/api/v1/threads?limit=100', who)).toEqual(ids(...visible));
      for (const thread of Object.values(threads)) {
        const status = visible.includes(thread) ? 200 : 404;
        for (const path of [`/api/v1/threads/${thread.id}`, `/api/v1/threads/${thread.id}/messages`])
          expect([path, (await salon.get(path, as(who))).status]).toEqual([path, status]);
      }
    }
    expect(await idsOf(`/api/v1/threads?assigneeId=${other.id}`, team)).toEqual([]);
    expect(await idsOf(`/api/v1/threads?teamId=${teamId}`, team)).toEqual(ids(threads.team));
    expect(await idsOf(`/api/v1/threads?teamId=${teamId}`, mine)).toEqual([]);
  });

  it('beyond the scope are answered as if there were none, and stay as they were', async () => {
    const before = (await salon.get(`/api/v1/threads/${threads.free.id}`)).body;
    for (const who of [mine, team])
      for (const thread of [threads.other, threads.free])
        for (const [what, body] of [
          ['messages', { text: 'Hello' }],
          ['assign', {}],
          ['assign', { assigneeId: who.id }],
          ['assign', { teamId }],
          ['release', {}],
          ['close', {}],
        ] as const)
          expect(outcome(await salon.post(`/api/v1/threads/${thread.id}/${what}`, body, as(who)))).toEqual([
            404,
            'thread.not_found',
          ]);
    expect((await salon.get(`/api/v1/threads/${threads.free.id}`)).body).toEqual(before);
  });

  it('are answered to whoever gives them away, and are gone from their sight then', async () => {
    const thread = await assign(await threadWith('Given away', 'Hello'), { assigneeId: mine.id });
    const path = `/api/v1/threads/${thread.id}`;
    expect((await salon.post(`${path}/messages`, { text: 'I am here' }, as(mine))).status).toBe(201);
    const given = await salon.post<ThreadView>(`${path}/assign`, { assigneeId: other.id }, as(mine));
    expect([given.status, given.body.assigneeId]).toEqual([200, other.id]);
    expect((await salon.get(path, as(mine))).status).toBe(404);
  });

  it('wait in the queue of a team, whose members take them', async () => {
    const thread = await assign(await threadWith('For the team', 'Hello'), { teamId });
    expect(thread).toMatchObject({ owner: 'queued', assigneeId: null, teamId });
    const taken = await salon.post<ThreadView>(`/api/v1/threads/${thread.id}/assign`, {}, as(team));
    expect(taken.body).toMatchObject({ owner: 'human', assigneeId: team.id, teamId });
    const out = await assign(thread, { teamId: null });
    expect(out).toMatchObject({ owner: 'human', assigneeId: team.id, teamId: null });
    const unknown = await salon.post(`/api/v1/threads/${thread.id}/assign`, { teamId: newId() });
    expect(outcome(unknown)).toEqual([422, 'thread.team_unknown']);
  });

  it('begin in the team of their channel, and are no team’s when it is deleted', async () => {
    const made = await ok(
      salon.post<{ id: string }>('/api/v1/teams', { name: 'Night', memberIds: [team.id] }),
    );
    await ok(salon.call('PATCH', `/api/v1/channels/${salon.channelId}`, { teamId: made.id }));
    const thread = await threadWith('At night', 'Hello');
    expect(thread).toMatchObject({ owner: 'bot', teamId: made.id });
    expect((await salon.get(`/api/v1/threads/${thread.id}`, as(team))).status).toBe(200);
    await ok(salon.call('DELETE', `/api/v1/teams/${made.id}`));
    await idle(host, salon);
    expect((await salon.get(`/api/v1/threads/${thread.id}`)).body).toMatchObject({ teamId: null });
    expect((await salon.get(`/api/v1/channels/${salon.channelId}`)).body).toMatchObject({ teamId: null });
    expect((await salon.get(`/api/v1/threads/${thread.id}`, as(team))).status).toBe(404);
  });

  it('come into sight with who joins the team, and go with who leaves it', async () => {
    const path = `/api/v1/threads/${threads.other.id}`;
    const setMembers = (...members: TestMember[]) =>
      ok(salon.call('PATCH', `/api/v1/teams/${teamId}`, { memberIds: members.map(({ id }) => id) }));
    await setMembers(team, mate, other);
    expect((await salon.get(path, as(team))).status).toBe(200);
    await setMembers(team, mate);
    expect((await salon.get(path, as(team))).status).toBe(404);
  });
});

describe('bookings', () => {
  it('are listed and read as far as the scope goes', async () => {
    const seen = new Map([
      [mine, [bookings.mine]],
      [team, [bookings.mate]],
      [mate, Object.values(bookings)],
    ]);
    for (const [who, visible] of seen) {
      expect(await idsOf('/api/v1/bookings?limit=100', who)).toEqual(ids(...visible));
      for (const booking of Object.values(bookings)) {
        const { status } = await salon.get(`/api/v1/bookings/${booking.id}`, as(who));
        expect(status).toBe(visible.includes(booking) ? 200 : 404);
      }
    }
    expect(await idsOf(`/api/v1/bookings?staffId=${staff.other}`, team)).toEqual([]);
  });

  it('beyond the scope are answered as if there were none', async () => {
    const path = `/api/v1/bookings/${bookings.other.id}`;
    for (const who of [mine, team]) {
      const move = { startsAt: newBooking(undefined, '').startsAt };
      for (const [what, body] of [
        ['cancel', {}],
        ['reschedule', move],
      ] as const)
        expect(outcome(await salon.post(`${path}/${what}`, body, as(who)))).toEqual([
          404,
          'calendar.booking_not_found',
        ]);
    }
    expect((await salon.get(path)).body).toEqual(bookings.other);
  });

  it('are made for those in the scope alone', async () => {
    const make = (staffId: string | undefined, who: TestMember) =>
      salon.post<Booking>('/api/v1/bookings', newBooking(staffId, 'Somebody'), as(who));
    const own = await make(undefined, mine);
    expect([own.status, own.body.staffId]).toEqual([201, staff.mine]);
    expect(outcome(await make(staff.other, mine))).toEqual([403, 'calendar.staff_out_of_scope']);
    expect((await make(staff.mate, team)).status).toBe(201);
    const move = { ...newBooking(staff.other, ''), serviceId: undefined, customer: undefined };
    const moved = await salon.post(`/api/v1/bookings/${own.body.id}/reschedule`, move, as(mine));
    expect(outcome(moved)).toEqual([403, 'calendar.staff_out_of_scope']);
    const away = { ...move, staffId: undefined };
    const later = await salon.post(`/api/v1/bookings/${own.body.id}/reschedule`, away, as(mine));
    expect(later.status).toBe(200);
    expect((await salon.post(`/api/v1/bookings/${own.body.id}/cancel`, {}, as(mine))).status).toBe(200);
  });

  it('need to be told for whom, where the scope has several diaries or none', async () => {
    const second = await staffOf('Team', team);
    const make = (who: TestMember) =>
      salon.post('/api/v1/bookings', newBooking(undefined, 'Somebody'), as(who));
    expect(outcome(await make(team))).toEqual([422, 'calendar.staff_required']);
    await ok(salon.call('PATCH', `/api/v1/staff/${staff.mine}`, { personId: null }));
    expect(outcome(await make(mine))).toEqual([422, 'calendar.staff_required']);
    await ok(salon.call('PATCH', `/api/v1/staff/${staff.mine}`, { personId: mine.id }));
    const twice = await salon.call('PATCH', `/api/v1/staff/${second}`, { personId: mine.id });
    expect(outcome(twice)).toEqual([409, 'calendar.person_has_diary']);
    const stranger = await salon.call('PATCH', `/api/v1/staff/${second}`, { personId: newId() });
    expect(outcome(stranger)).toEqual([422, 'calendar.person_unknown']);
  });

  it('of others still take up the time that is offered to nobody else', async () => {
    const day = bookings.other as unknown as { startsAt: string };
    const date = day.startsAt.slice(0, 10);
    const path = `/api/v1/availability?serviceId=${salon.services.get('Manicure') ?? ''}&from=${date}&to=${date}&staffId=${staff.other}`;
    const { slots } = await ok(salon.get<{ slots: { startsAt: string }[] }>(path, as(mine)));
    expect(slots.length).toBeGreaterThan(0);
    expect(slots.map(({ startsAt }) => startsAt)).not.toContain(day.startsAt);
  });
});

describe('every route that such a role may use', () => {
  it('says nothing of what is beyond the scope, whatever id it is asked for', async () => {
    const routes = apiRoutes(host.app).filter(({ permission }) =>
      SCOPED_PERMISSIONS.has(permission as PermissionName),
    );
    expect(routes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['listThreads', 'listMessages', 'sendMessage', 'listBookings', 'getBooking']),
    );
    const hidden = [threads.other.id, threads.free.id, bookings.other.id, other.id];
    let asked = 0;
    for (const who of [mine, team])
      for (const route of routes)
        for (const id of hidden) {
          const path = route.path.replace(/\{\w+\}/g, id);
          const query = route.query.some((name) => name === 'startingAfter') ? `?startingAfter=${id}` : '';
          const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : {};
          const answer = await salon.call(route.method, `${path}${query}`, body, as(who));
          expect([route.id, JSON.stringify(answer.body).includes(CANARY)]).toEqual([route.id, false]);
          expect(answer.status).toBeLessThan(500);
          asked += 1;
        }
    expect(asked).toBeGreaterThan(100);
  });
});

describe('an Idempotency-Key', () => {
  it('is its user’s own: what a colleague was answered is replayed to nobody else', async () => {
    const body = newBooking(staff.other, `${CANARY} Four`);
    const headers = { 'idempotency-key': 'shared' };
    const first = await salon.post<Booking>('/api/v1/bookings', body, { ...as(other), ...headers });
    expect(first.status).toBe(201);
    const again = await salon.post<Booking>('/api/v1/bookings', body, { ...as(other), ...headers });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const copied = await salon.post<Booking>('/api/v1/bookings', body, { ...as(mine), ...headers });
    expect(outcome(copied)).toEqual([403, 'calendar.staff_out_of_scope']);
  });
});
