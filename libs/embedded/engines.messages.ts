/** What the parent hands to the engines' process, as JSON in its first argument. */
export interface EngineOptions {
  /** Absolute folder of the data; null keeps everything in memory. */
  readonly dataDir: string | null;
  /** 0 takes a free port. */
  readonly postgresPort: number;
  readonly redisPort: number;
}

export type EngineReport =
  | { readonly type: 'ready'; readonly postgresPort: number; readonly redisPort: number }
  | { readonly type: 'failed'; readonly message: string };

export const STOP = 'stop';
