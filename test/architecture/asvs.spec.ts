import { existsSync, readFileSync } from 'node:fs';

const ROW = /^\| (\d+\.\d+\.\d+) +\| ([12]) +\| [^|]+ \| (\S+) +\| ([^|]+) \|$/;
const STATUSES = ['met', 'n/a', 'deployment', 'open'];
/** In backticks, with a slash and no space: a file or a folder of ours. */
const FILES = /`((?:src|libs|test|docs|docker|openapi|migrations)\/[^`\s]*|[A-Z]+\.md)`/g;

const text = readFileSync('docs/security/asvs.md', 'utf8');
const rows = text.split('\n').flatMap((line) => {
  const [, id = '', level = '', status = '', where = ''] = ROW.exec(line) ?? [];
  return id ? [{ id, level, status, where }] : [];
});
const levels = JSON.parse(readFileSync('test/fixtures/asvs-5.0.0.json', 'utf8')) as Record<string, string[]>;

describe('docs/security/asvs.md', () => {
  it('has each requirement of levels 1 and 2 once, at its level', () => {
    const wanted = Object.entries(levels).flatMap(([level, ids]) => ids.map((id) => `${id} ${level}`));
    expect(wanted).toHaveLength(253);
    expect(rows.map(({ id, level }) => `${id} ${level}`).sort()).toEqual(wanted.sort());
  });

  it('says of each whether it is met, and where or why', () => {
    expect(rows.filter(({ status, where }) => !STATUSES.includes(status) || where.trim().length < 3)).toEqual(
      [],
    );
  });

  it('counts as its rows do', () => {
    const count = (status: string) => rows.filter((row) => row.status === status).length;
    expect(text).toContain(
      `${rows.length} requirements: ${count('met')} met, ${count('n/a')} n/a, ${count('deployment')} of the deployment, ${count('open')} open.`,
    );
  });

  it('names files that are there', () => {
    const named = [...text.matchAll(FILES)].map(([, file]) => file ?? '');
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });
});
