import { Injectable } from '@nestjs/common';

/** Wakes the relay of this process after a commit. Polling is the floor under it, for commits of other processes. */
@Injectable()
export class RelaySignal {
  private listener: () => void = () => undefined;

  onWake(listener: () => void): void {
    this.listener = listener;
  }

  wake(): void {
    this.listener();
  }
}
