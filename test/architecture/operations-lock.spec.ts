import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(join(process.cwd(), 'openapi', file), 'utf8')) as T;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const current = (): Record<string, string> => {
  const { paths } = read<{ paths: Record<string, Record<string, { operationId: string }>> }>('openapi.json');
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation ? [[operation.operationId, `${method.toUpperCase()} ${path}`]] : [];
      }),
    ),
  );
};

/** What an integrator's generated client would lose. */
const lost = (locked: Record<string, string>, now: Record<string, string>): string[] =>
  Object.entries(locked).flatMap(([id, route]) =>
    now[id] === route
      ? []
      : [
          `${id} was ${route}, is ${now[id] ?? 'gone'}: restore it, or edit openapi/operations.lock.json on purpose`,
        ],
  );

describe('operationIds', () => {
  it('stay what and where integrators know them', () => {
    expect(lost(read('operations.lock.json'), current())).toEqual([]);
  });

  it('are locked once they are there', () => {
    const locked = read<Record<string, string>>('operations.lock.json');
    const fresh = Object.entries(current()).filter(([id]) => !(id in locked));
    expect(fresh.map(([id, route]) => `add "${id}": "${route}" to openapi/operations.lock.json`)).toEqual([]);
  });

  it('that are moved, renamed or removed are found', () => {
    const locked = { getA: 'GET /a', getB: 'GET /b', getC: 'GET /c' };
    expect(lost(locked, { getA: 'GET /a', getB: 'GET /x', getD: 'GET /c' })).toEqual([
      expect.stringContaining('getB was GET /b, is GET /x'),
      expect.stringContaining('getC was GET /c, is gone'),
    ]);
  });
});
