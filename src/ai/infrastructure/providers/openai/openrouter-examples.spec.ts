import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderFailure } from '#libs/kernel';
import { errorOfStatus, retryAfterOf } from './openai-errors.js';
import { replyOf } from './openai-mapping.js';

const file = join(process.cwd(), 'test/fixtures/openai/openrouter-chat-examples.json');
const { responses } = JSON.parse(readFileSync(file, 'utf8')) as { responses: Record<string, unknown> };

const errorsIn = (value: unknown): unknown[] => {
  if (value === null || typeof value !== 'object') return [];
  return 'error' in value ? [value.error] : Object.values(value).flatMap(errorsIn);
};

describe('the documented answers of OpenRouter', () => {
  const EXPECTED: Record<string, ProviderFailure[]> = {
    '400': ['rejected'],
    '401': ['auth-revoked'],
    '402': ['auth-revoked'],
    '403': ['rejected', 'auth-revoked'],
    '404': ['rejected'],
    '408': ['transient'],
    '413': ['rejected'],
    '422': ['rejected'],
    '429': ['rate-limited'],
    '500': ['transient'],
    '502': ['transient'],
    '503': ['transient'],
    '524': ['transient'],
    '529': ['transient'],
  };
  const rows = Object.entries(responses)
    .map(([key, value]) => ({ status: key.slice(0, 3), errors: errorsIn(value) }))
    .filter(({ status }) => status !== '200');

  it('are all in the table', () => {
    expect(rows.map((row) => row.status).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(rows)('$status', ({ status, errors }) => {
    expect(errors.map((error) => errorOfStatus(Number(status), error).failure)).toEqual(EXPECTED[status]);
  });

  it('says plainly that the credit is gone', () => {
    expect(errorOfStatus(402, { code: 402 }).message).toMatch(/no credit left/);
  });

  it('read as a reply', () => {
    const body = { model: 'openai/gpt-4', messages: [] };
    expect(replyOf(responses['200 application/json'], body)).toMatchObject({
      model: 'openai/gpt-4',
      text: 'The capital of France is Paris.',
      finish: 'stop',
      usage: { promptTokens: 25, completionTokens: 10 },
    });
  });
});

describe('retryAfterOf', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after-ms': '15', 'retry-after': '2' }, 15],
    [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT', date: 'Fri, 20 Nov 2026 10:00:00 GMT' }, 30_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('%j is %s ms', (headers, ms) => expect(retryAfterOf(new Headers(headers))).toBe(ms));
});
