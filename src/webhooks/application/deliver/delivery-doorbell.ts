import { Injectable } from '@nestjs/common';

/** Wakes the scheduler of this process after a commit. Polling is the floor under it. */
@Injectable()
export class DeliveryDoorbell {
  private listener: () => void = () => undefined;

  onRing(listener: () => void): void {
    this.listener = listener;
  }

  ring(): void {
    this.listener();
  }
}
