import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import pRetry, { AbortError } from 'p-retry';
import { Settings } from '#libs/config';
import { canonicalJson, ProviderError } from '#libs/kernel';
import type { ListName } from '../../domain/sources.js';
import { download, type Downloaded } from './download.js';
import type { Validators } from './list-records.js';
import { filesOf } from './list-sources.js';

const RETRIES = 2;

export interface FetchedList {
  /** By part; each lies in the folder under its name. */
  readonly parts: Readonly<Record<string, Downloaded>>;
  readonly bytes: number;
  /** SHA-256, hex: of the bytes; of several files: of their hashes. */
  readonly contentHash: string;
}

/** Fetches the files of a list, all at once, each again when it failed in passing. */
@Injectable()
export class ListFetcher {
  constructor(private readonly settings: Settings) {}

  /**
   * null when no file has changed, by the `validators`. One that has not is fetched again when another has: a list is read whole.
   * `onBytes`: of all files so far. Errors: those of `download`.
   */
  async fetch(
    list: ListName,
    folder: string,
    validators: Validators,
    onBytes: (bytes: number) => void,
  ): Promise<FetchedList | null> {
    const urls = Object.entries(filesOf(this.settings)[list]);
    const { kyb } = this.settings;
    const sizes = new Map<string, number>();
    const stop = new AbortController();
    const one = async (part: string, url: string, conditional: boolean) =>
      this.retried(() => {
        stop.signal.throwIfAborted();
        return download(url, join(folder, part), {
          signal: stop.signal,
          timeoutMs: kyb.listTimeoutMs,
          firstByteMs: kyb.listFirstByteMs,
          stallMs: kyb.listStallMs,
          maxBytes: kyb.listMaxBytes,
          ...(conditional ? validators[part] : {}),
          onBytes: (bytes) => {
            sizes.set(part, bytes);
            onBytes([...sizes.values()].reduce((a, b) => a + b, 0));
          },
        });
      });
    // One that fails ends the others, and all are over before their folder goes.
    const working = urls.map(([part, url]) => one(part, url, true));
    for (const each of working) each.catch((error: unknown) => stop.abort(error));
    await Promise.allSettled(working);
    if (stop.signal.aborted) throw stop.signal.reason;
    const first = await Promise.all(working);
    if (first.every((each) => each === null)) return null;
    const parts: Record<string, Downloaded> = {};
    for (const [at, [part, url]] of urls.entries()) {
      const got = first[at] ?? (await one(part, url, false));
      if (got) parts[part] = got;
    }
    return {
      parts,
      bytes: Object.values(parts).reduce((sum, { bytes }) => sum + bytes, 0),
      contentHash: hashOf(Object.entries(parts).map(([part, { sha256 }]) => [part, sha256])),
    };
  }

  private retried<T>(work: () => Promise<T>): Promise<T> {
    return pRetry(
      async () => {
        try {
          return await work();
        } catch (error) {
          if (error instanceof ProviderError && error.failure === 'transient') throw error;
          throw new AbortError(error instanceof Error ? error : new Error(String(error)));
        }
      },
      {
        retries: RETRIES,
        minTimeout: this.settings.process.environment === 'test' ? 1 : 1_000,
        randomize: true,
      },
    );
  }
}

const hashOf = (hashes: readonly (readonly [part: string, sha256: string])[]): string =>
  hashes.length === 1
    ? (hashes[0]?.[1] ?? '')
    : createHash('sha256')
        .update(canonicalJson(Object.fromEntries(hashes)))
        .digest('hex');
