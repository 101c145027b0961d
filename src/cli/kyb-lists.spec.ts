import type { ListRefresh, ListRefreshed } from '#contracts/kyb';
import { refreshLists } from './kyb-lists.js';

const HASH = 'a'.repeat(64);

const refreshed = (of: Partial<ListRefreshed>): ListRefreshed => ({
  outcome: 'unchanged',
  code: null,
  detail: null,
  number: 1,
  contentHash: null,
  ...of,
});

const listsThat = (answers: Record<string, ListRefreshed | null>) => {
  const asked: [string, string | null][] = [];
  const refresh: ListRefresh = {
    lists: ['eu', 'un'],
    refresh: (list, { accept }) => {
      asked.push([list, accept]);
      return Promise.resolve(answers[list] ?? null);
    },
  };
  const said: string[] = [];
  return {
    asked,
    said,
    run: (...args: string[]) => refreshLists(refresh, args, (line) => said.push(line)),
  };
};

it('refreshes all lists, or the one that is named', async () => {
  const lists = listsThat({ eu: refreshed({}), un: refreshed({ outcome: 'new_edition', number: 4 }) });
  await lists.run();
  await lists.run('un');
  expect(lists.asked).toEqual([
    ['eu', null],
    ['un', null],
    ['un', null],
  ]);
  expect(lists.said).toContain('un: new_edition #4');
});

it.each([
  [['--accept'], /not for all lists.*kyb-lists LIST --accept HASH/s],
  [['--accept', HASH], /not for all lists/],
  [['eu', '--accept'], /takes the SHA-256/],
  [['eu', '--accept', 'yes'], /takes the SHA-256/],
  [['--accept', 'eu'], /takes the SHA-256|not for all lists|takes the hash/],
  [['ofac'], /Usage: kyb-lists \[eu \| un\]/],
  [['eu', 'un'], /Usage/],
])('refuses %j, says what to do, and refreshes nothing', async (args, message) => {
  const lists = listsThat({ eu: refreshed({}), un: refreshed({}) });
  await expect(lists.run(...args)).rejects.toThrow(message);
  expect(lists.asked).toEqual([]);
});

it('accepts one download of one list, wherever the hash stands', async () => {
  const lists = listsThat({ eu: refreshed({ outcome: 'new_edition' }) });
  await lists.run('eu', '--accept', HASH);
  await lists.run('--accept', HASH, 'eu');
  expect(lists.asked).toEqual([
    ['eu', HASH],
    ['eu', HASH],
  ]);
});

it('fails when a list is refused or cannot be had, after all were tried, and tells the hash to accept', async () => {
  const lists = listsThat({
    eu: refreshed({
      outcome: 'refused',
      number: null,
      code: 'kyb.list_shrank',
      detail: 'Less.',
      contentHash: HASH,
    }),
    un: refreshed({ outcome: 'failed', number: null, code: 'kyb.list_http_503', detail: 'No.' }),
  });
  await expect(lists.run()).rejects.toThrow('Not refreshed: eu, un.');
  expect(lists.said.join('\n')).toContain(`kyb-lists eu --accept ${HASH}`);
  expect(lists.said.join('\n')).not.toContain('kyb-lists un --accept');
});

it('fails when another process is at a list whose download is to be accepted, and only then', async () => {
  const lists = listsThat({});
  await expect(lists.run('eu')).resolves.toBeUndefined();
  await expect(lists.run('eu', '--accept', HASH)).rejects.toThrow('Not refreshed: eu.');
});
