import { Logger } from '@nestjs/common';
import type { Settings } from '#libs/config';
import type { Metrics } from '#libs/observability';
import { ScreeningPool, type SharedIndex } from '#libs/screening';
import type { ListLibrary, ListVersion } from '../../domain/list-library.js';
import type { ListName } from '../../domain/sources.js';
import { ScreeningEngine } from './screening-engine.js';

const version = (list: ListName, number: number): ListVersion => ({
  list,
  number,
  contentHash: '',
  parser: 1,
  entities: 0,
  names: 0,
  publishedAt: null,
  fetchedAt: new Date(0),
});

describe('the index of the lists', () => {
  let versions: ListVersion[];
  let refreshing: boolean;
  let engine: ScreeningEngine;
  const build = jest.spyOn(ScreeningPool.prototype, 'refresh');

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    jest.useFakeTimers();
    versions = [version('un', 1)];
    refreshing = true;
    build.mockReset();
    build.mockResolvedValue({ id: 'an index' } as SharedIndex);
    const library = {
      current: () => Promise.resolve(versions),
      refreshing: () => Promise.resolve(refreshing),
    } as unknown as ListLibrary;
    const settings = {
      process: { environment: 'development' },
      kyb: { threads: 1, workerFile: '', listPollMs: 100 },
    } as unknown as Settings;
    const metric = { inc: () => undefined, observe: () => undefined };
    engine = new ScreeningEngine(library, settings, {
      histogram: () => metric,
      counter: () => metric,
    } as unknown as Metrics);
    engine.onApplicationBootstrap();
  });
  afterEach(async () => {
    await engine.beforeApplicationShutdown();
    jest.useRealTimers();
  });
  afterAll(() => build.mockRestore());

  it('is built once of lists that are refreshed together', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    versions = [...versions, version('eu', 1)];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(build).not.toHaveBeenCalled();
    refreshing = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(build).toHaveBeenCalledTimes(1);
    expect((await engine.current())?.versions).toEqual(versions);
  });

  it('does not wait long for a list that takes long, each time anew', async () => {
    await jest.advanceTimersByTimeAsync(5_200);
    expect(build).toHaveBeenCalledTimes(1);
    versions = [version('un', 2)];
    await jest.advanceTimersByTimeAsync(4_000);
    expect(build).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1_200);
    expect(build).toHaveBeenCalledTimes(2);
  });

  it('is built at once when somebody is screened and there is none', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await engine.current())?.versions).toEqual(versions);
    expect(build).toHaveBeenCalledTimes(1);
  });
});
