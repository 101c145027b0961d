import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import { newCustomer, threadOf, type ThreadView } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { reply } from '../support/fake-openai.js';
import { type InboxClient, InboxClients, type InboxNotice } from '../support/inbox-client.js';
import type { ApiAnswer, TestMember, TestTenant } from '../support/tenant.js';

const ROUNDS = 6;
const AT_ONCE = 4;

describe('a thread that is given to and fro while its messages are delivered', () => {
  const clients = new InboxClients();
  let host: TestApp;
  let salon: TestTenant;
  let role: string;
  beforeAll(async () => {
    host = await TestApp.start({ model: 'scripted' });
    host.openai.handler = () => reply.text('Hello');
    salon = await host.createTenant({ calendar: false });
    const body = {
      name: `Own ${newId()}`,
      permissions: ['threads:read', 'threads:write'],
      dataScope: 'mine',
    };
    role = (await ok(salon.post<{ id: string }>('/api/v1/roles', body))).id;
  });
  afterAll(async () => {
    clients.closeAll();
    await host.stop();
  });

  const ok = async <T>(answer: Promise<ApiAnswer<T>>): Promise<T> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  const newThread = async (): Promise<ThreadView> => {
    const from = newCustomer();
    await salon.whatsapp(from, 'Hello');
    await host.graph.waitForMessages(1, { to: from });
    return threadOf(salon, from);
  };
  const assign = ({ id }: ThreadView, member: TestMember) =>
    ok(salon.post<ThreadView>(`/api/v1/threads/${id}/assign`, { assigneeId: member.id }));
  const write = async ({ id }: ThreadView): Promise<number> =>
    (await ok(salon.post<{ seq: number }>(`/api/v1/threads/${id}/messages`, { text: 'Hello' }))).seq;
  const seqsOf = ({ heard }: InboxClient, { id }: ThreadView): number[] =>
    heard
      .filter((n): n is Extract<InboxNotice, { seq: number }> => 'seq' in n && n.threadId === id)
      .map(({ seq }) => seq);

  it('is heard of by whoever has it, and by nobody from whom it was taken', async () => {
    const [anna, olena] = [await salon.join(role), await salon.join(role)];
    const connect = ({ token }: { token: string }) => clients.connect(host.url, token);
    const [first, second, owner] = [await connect(anna), await connect(olena), await connect(salon)];
    const thread = await newThread();
    /** Written after it was taken from one, and before it was given back: theirs never. */
    const notFirsts: number[] = [];
    const notSeconds: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [giver, taker, hidden] = round % 2 === 0 ? [anna, olena, notFirsts] : [olena, anna, notSeconds];
      await assign(thread, giver);
      // In flight while it is taken away: theirs, or nobody's, as it comes.
      const inFlight = Array.from({ length: AT_ONCE }, () => write(thread));
      await assign(thread, taker);
      const after = await Promise.all(Array.from({ length: AT_ONCE }, () => write(thread)));
      all.push(...(await Promise.all(inFlight)), ...after);
      hidden.push(...after);
      // Only then is it given back: news are delivered one after the other, to both alike.
      const heard = () => seqsOf(taker === anna ? first : second, thread);
      await eventually('the taker hears all', () => after.every((seq) => heard().includes(seq)));
    }
    await eventually('the owner hears all', () => new Set(seqsOf(owner, thread)).size >= all.length);
    const sentinels = [await assign(await newThread(), anna), await assign(await newThread(), olena)];
    for (const [client, sentinel] of [
      [first, sentinels[0]],
      [second, sentinels[1]],
    ] as const)
      await client.hears('what comes last', ({ threadId }) => threadId === sentinel?.id);

    const leaked = (client: InboxClient, hidden: number[]) =>
      seqsOf(client, thread).filter((seq) => hidden.includes(seq));
    expect([leaked(first, notFirsts), leaked(second, notSeconds)]).toEqual([[], []]);
    expect(all.filter((seq) => !seqsOf(owner, thread).includes(seq))).toEqual([]);
    expect(owner.resyncs).toEqual([]);
    expect(first.kindsOf(thread.id)).toContain('thread.gone');
  }, 90_000);
});
