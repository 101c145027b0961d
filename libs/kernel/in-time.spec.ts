import { access } from 'node:fs';
import { inTime } from './in-time.js';

const busyFor = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('inTime', () => {
  it('answers what comes in time, and fails with what fails', async () => {
    expect(await inTime(Promise.resolve('here'), 10_000)).toBe('here');
    await expect(inTime(Promise.reject(new Error('away')), 10_000)).rejects.toThrow('away');
  });

  it('gives up what does not come', async () => {
    await expect(inTime(new Promise(() => undefined), 20)).rejects.toThrow('no answer in 20 ms');
  });

  it('takes what came while the process itself was busy', async () => {
    // From here on the timers come first, then what the system has to tell.
    await new Promise((resolve) => setImmediate(resolve));
    // Comes as an answer of Redis does: not by a timer.
    const answer = new Promise<string>((resolve) => access('/', () => resolve('here')));
    const taken = inTime(answer, 20);
    busyFor(200);
    expect(await taken).toBe('here');
  });
});
