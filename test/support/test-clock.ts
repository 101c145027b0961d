import { Clock } from '#libs/kernel';

/** Runs like the system's, shifted by what a test let pass; or stands still. */
export class TestClock extends Clock {
  private shiftMs = 0;
  private stoodStillAt: number | null = null;

  now(): Date {
    return new Date((this.stoodStillAt ?? Date.now()) + this.shiftMs);
  }

  /** From now on only `pass` moves it. */
  standStill(): void {
    this.stoodStillAt = Date.now();
  }

  goOn(): void {
    this.stoodStillAt = null;
  }

  pass(ms: number): void {
    this.shiftMs += ms;
  }
}
