import type { ListProgress } from '../../infrastructure/lists/list-records.js';

/**
 * Says every `everyMs` how far a refresh is, which keeps its lease: also while nothing comes, and while it stores. Another stage is said
 * at once. That it could not be said stops nothing.
 */
export class Heartbeat {
  private readonly timer: NodeJS.Timeout;
  private progress: ListProgress | null = null;
  private saying: Promise<void> | null = null;

  constructor(
    everyMs: number,
    private readonly note: (progress: ListProgress | null) => Promise<void>,
  ) {
    this.timer = setInterval(() => this.beat(), everyMs);
    this.timer.unref();
  }

  tell(progress: ListProgress): void {
    const another = this.progress?.stage !== progress.stage;
    this.progress = progress;
    if (another) this.beat();
  }

  /** Resolves when nothing more is said. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.saying;
  }

  /** One at a time: a database that is slow is not asked more often. */
  private beat(): void {
    this.saying ??= this.note(this.progress)
      .catch(() => undefined)
      .finally(() => (this.saying = null));
  }
}
