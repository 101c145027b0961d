import { ahead } from './ahead.js';

describe('what is asked for ahead', () => {
  it('comes in its order, one further than it is read', async () => {
    const made: number[] = [];
    const source = async function* (): AsyncGenerator<number> {
      for (let at = 0; at < 4; at += 1) {
        made.push(at);
        yield at;
      }
    };
    const read: number[] = [];
    for await (const at of ahead(source())) {
      expect(made.length).toBe(Math.min(at + 2, 4));
      read.push(at);
    }
    expect(read).toEqual([0, 1, 2, 3]);
  });

  it('ends when its reader does, and its source with it', async () => {
    let ended = false;
    const source = async function* (): AsyncGenerator<number> {
      try {
        for (let at = 0; ; at += 1) yield at;
      } finally {
        ended = true;
      }
    };
    for await (const at of ahead(source())) if (at === 1) break;
    expect(ended).toBe(true);
  });

  it('fails as its source does, after all that came before', async () => {
    const source = async function* (): AsyncGenerator<number> {
      yield 0;
      throw new Error('the database is away');
    };
    const read: number[] = [];
    await expect(
      (async () => {
        for await (const at of ahead(source())) read.push(at);
      })(),
    ).rejects.toThrow('the database is away');
    expect(read).toEqual([0]);
  });
});
