import { Thread } from './thread.js';

const now = new Date('2026-11-20T10:00:00Z');

const open = (): Thread =>
  Thread.open({
    channelId: 'channel',
    provider: 'meta-whatsapp',
    identityId: 'identity',
    customerId: 'customer',
    ref: '',
    teamId: 'desk',
    now,
  });
/** As saved once: everybody is told of what it was. */
const known = (): Thread => {
  const thread = open();
  thread.takeNews();
  return thread;
};
const says = (thread: Thread): number =>
  thread.receive({ id: 'm', text: 'Hi', asks: true, now }, { quietMs: 1, maxWaitMs: 1 });

describe('the news of a thread', () => {
  it('is first that there is one, with what was said in it', () => {
    const thread = open();
    says(thread);
    expect(thread.takeNews()).toEqual({ version: 2, opened: true, moved: false, seq: 1, before: null });
  });

  it('is a message, with its position', () => {
    const thread = known();
    says(thread);
    expect(thread.takeNews()).toEqual({ version: 3, opened: false, moved: false, seq: 1, before: null });
  });

  it('is told once, and what nobody sees is none; the version counts on', () => {
    const thread = known();
    says(thread);
    thread.takeNews();
    expect(thread.takeNews()).toBeNull();
    thread.startTurn('turn', false);
    expect(thread.takeNews()).toBeNull();
    thread.close(now);
    expect(thread.takeNews()).toMatchObject({ version: 6, moved: true, seq: null });
  });

  it('says whose it was, when it is given away', () => {
    const thread = known();
    thread.assign('anna');
    expect(thread.takeNews()).toMatchObject({ moved: true, before: { assigneeId: null, teamId: 'desk' } });
    thread.assign('olena');
    expect(thread.takeNews()).toMatchObject({ before: { assigneeId: 'anna', teamId: 'desk' } });
    thread.setTeam(null);
    expect(thread.takeNews()).toMatchObject({ moved: true, before: { assigneeId: 'olena', teamId: 'desk' } });
    thread.release();
    expect(thread.takeNews()).toMatchObject({ before: { assigneeId: 'olena', teamId: null } });
  });

  it('says nothing of whose it was, while it stays theirs', () => {
    const thread = known();
    thread.queue('asked for a person');
    expect(thread.takeNews()).toMatchObject({ moved: true, before: null });
  });
});
