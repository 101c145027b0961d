import type { ListRefresh, ListRefreshed } from '#contracts/kyb';
import type { Say } from './generated.js';

const ACCEPT = '--accept';
const HASH = /^[0-9a-f]{64}$/;

interface Asked {
  readonly lists: readonly string[];
  /** SHA-256 of the download that is accepted. */
  readonly accept: string | null;
}

/** `[list] [--accept HASH]`. Error: what is wrong with them, and what to do. */
const asked = (args: readonly string[], known: readonly string[]): Asked => {
  const at = args.indexOf(ACCEPT);
  const accept = at < 0 ? null : (args[at + 1] ?? '');
  const [list, ...rest] = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  const usage = `Usage: kyb-lists [${known.join(' | ')}] [${ACCEPT} HASH]`;
  const how = `run kyb-lists with the list alone: what is refused is told with its hash, then kyb-lists LIST ${ACCEPT} HASH takes just that download.`;
  if (rest.length > 0 || (list !== undefined && !known.includes(list))) {
    // Such as `--accept eu`: the list stands where the hash belongs.
    if (accept !== null && known.includes(accept))
      throw new Error(`${ACCEPT} takes the hash of the download that was refused: ${how}`);
    throw new Error(usage);
  }
  if (accept !== null && list === undefined)
    throw new Error(`${ACCEPT} is for one list and one download, not for all lists: ${how}`);
  if (accept !== null && !HASH.test(accept))
    throw new Error(`${ACCEPT} takes the SHA-256 (64 hex digits) of the download that was refused: ${how}`);
  return { lists: list === undefined ? known : [list], accept };
};

const told = (list: string, done: ListRefreshed): string => {
  const { outcome, number, code, detail, contentHash } = done;
  const line = `${list}: ${outcome}${number ? ` #${number}` : ''}${code ? ` (${code}) ${detail ?? ''}` : ''}`;
  return outcome === 'refused' && contentHash
    ? `${line}\n  If the list is right so: kyb-lists ${list} ${ACCEPT} ${contentHash}`
    : line;
};

/** Refreshes the lists that the arguments name, and says what came of each. Error: when one was refused or failed. */
export const refreshLists = async (
  refresh: ListRefresh,
  args: readonly string[],
  say: Say,
): Promise<void> => {
  const { lists, accept } = asked(args, refresh.lists);
  const left: string[] = [];
  for (const list of lists) {
    const done = await refresh.refresh(list, { accept });
    say(done ? told(list, done) : `${list}: another process is at it.`);
    // What is accepted is to be accepted; a refresh that another process makes is made.
    const good = done ? done.outcome === 'new_edition' || done.outcome === 'unchanged' : accept === null;
    if (!good) left.push(list);
  }
  if (left.length > 0)
    throw new Error(`Not refreshed: ${left.join(', ')}. The editions of before stay in use.`);
};
