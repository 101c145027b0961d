import { loadSettings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { Rounds } from './rounds.js';

const EVERY_MS = 1_000;

class SetClock extends Clock {
  ms = 5_000_000;
  now(): Date {
    return new Date(this.ms);
  }
}

const clock = new SetClock();
const roundsOf = (role = 'worker', NODE_ENV = 'development') =>
  new Rounds(loadSettings({ ROLE: role, NODE_ENV }), clock);

describe('rounds', () => {
  it('are made no more often than asked', async () => {
    const rounds = roundsOf();
    const round = jest.fn(() => Promise.resolve());
    const make = () => rounds.make(EVERY_MS, round, () => undefined);
    await make();
    clock.ms += EVERY_MS - 1;
    await make();
    expect(round).toHaveBeenCalledTimes(1);
    clock.ms += 1;
    await make();
    expect(round).toHaveBeenCalledTimes(2);
  });

  it('are made one at a time, however long one takes', async () => {
    const rounds = roundsOf();
    let finish = (): void => undefined;
    const round = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const first = rounds.make(EVERY_MS, round, () => undefined);
    clock.ms += 10 * EVERY_MS;
    await rounds.make(EVERY_MS, round, () => undefined);
    expect(round).toHaveBeenCalledTimes(1);
    finish();
    await first;
    void rounds.make(EVERY_MS, round, () => undefined);
    expect(round).toHaveBeenCalledTimes(2);
  });

  it('go on after one that failed', async () => {
    const rounds = roundsOf();
    const failed = jest.fn();
    await rounds.make(0, () => Promise.reject(new Error('away')), failed);
    const round = jest.fn(() => Promise.resolve());
    await rounds.make(0, round, failed);
    expect(failed.mock.calls).toEqual([[new Error('away')]]);
    expect(round).toHaveBeenCalled();
  });

  it.each([
    ['api', 'development'],
    ['all', 'test'],
  ])('are none with ROLE=%s and NODE_ENV=%s', async (role, environment) => {
    const round = jest.fn(() => Promise.resolve());
    await roundsOf(role, environment).make(0, round, () => undefined);
    expect(round).not.toHaveBeenCalled();
  });
});
