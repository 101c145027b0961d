import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingChanges, lostOperations, type OperationsLock, operationsLockOf } from '#libs/http';

type Document = Parameters<typeof operationsLockOf>[0];

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(join(process.cwd(), 'openapi', file), 'utf8')) as T;
const document = read<Document>('openapi.json');
const locked = read<OperationsLock>('operations.lock.json');

describe('operationIds', () => {
  it('stay what and where integrators know them', () => {
    expect(lostOperations(locked, operationsLockOf(document))).toEqual([]);
  });

  it('are locked once they are there', () => {
    const fresh = Object.keys(operationsLockOf(document)).filter((id) => !(id in locked));
    expect(fresh.map((id) => `${id} is not locked: run "npm run openapi"`)).toEqual([]);
  });

  it('that are moved, renamed or removed are found', () => {
    const was = { getA: 'GET /a', getB: 'GET /b', getC: 'GET /c' };
    expect(lostOperations(was, { getA: 'GET /a', getB: 'GET /x', getD: 'GET /c' })).toEqual([
      expect.stringContaining('getB was GET /b, is GET /x'),
      expect.stringContaining('getC was GET /c, is gone'),
    ]);
  });
});

describe('the document', () => {
  it('breaks no client made for the baseline', () => {
    expect(breakingChanges(read('baseline.json'), document)).toEqual([]);
  });

  it('declares Idempotency-Key on every POST that creates', () => {
    const forgetful = Object.entries(document.paths).flatMap(([path, { post }]) => {
      if (post?.responses['201'] === undefined || (post.operationId ?? '') in WITHOUT_KEY) return [];
      const named = (post.parameters ?? []).some((p) => 'name' in p && p.name === 'Idempotency-Key');
      return named ? [] : [`POST ${path}: add @Idempotent(), or a reason to WITHOUT_KEY`];
    });
    expect(forgetful).toEqual([]);
    expect(Object.keys(WITHOUT_KEY).filter((id) => !(id in locked))).toEqual([]);
  });
});

/** POSTs that answer 201 and take no key, each with what makes a retry safe instead. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  signUp:
    'keys are kept by business, and there is none yet; repeating it is refused for want of the password (auth.email_taken)',
  startMfa: 'starting again replaces what was started; keeping the answer would keep the secret',
};
