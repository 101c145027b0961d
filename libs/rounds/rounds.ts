import type { Settings } from '#libs/config';
import type { Clock } from '#libs/kernel';

/** The rounds that a worker makes by itself: one at a time, and not more often than asked. None in tests, which make their own. */
export class Rounds {
  private lastAt = 0;
  private running = false;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Called often. `everyMs` 0: at every call. `failed`: a round that fails is made again the next time. */
  async make(
    everyMs: number,
    round: () => Promise<unknown>,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const { role, environment } = this.settings.process;
    if (role === 'api' || environment === 'test' || this.running) return;
    const now = this.clock.now().getTime();
    if (now - this.lastAt < everyMs) return;
    this.lastAt = now;
    this.running = true;
    try {
      await round();
    } catch (error) {
      failed(error);
    } finally {
      this.running = false;
    }
  }
}
