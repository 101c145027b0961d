import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/observability';

@Injectable()
export class ChannelMetrics {
  private readonly inbound;
  private readonly sends;
  private readonly repeated;

  constructor(metrics: Metrics) {
    this.inbound = metrics.counter({
      name: 'frontdesk_inbound_events_total',
      help: 'Events that providers delivered, by what became of them; unrouted: no channel has the address',
      labelNames: ['provider', 'outcome'],
    });
    this.sends = metrics.histogram({
      name: 'frontdesk_send_duration_seconds',
      help: 'Requests to providers that send a message, by outcome',
      labelNames: ['provider', 'outcome'],
    });
    this.repeated = metrics.counter({
      name: 'frontdesk_sends_repeated_total',
      help: 'Messages sent again because the outcome of the first try was never learned: the customer may have two',
      labelNames: ['provider'],
    });
  }

  countInbound(provider: string, outcome: string): void {
    this.inbound.inc({ provider, outcome });
  }

  startSend(provider: string): (outcome: string) => void {
    const stop = this.sends.startTimer({ provider });
    return (outcome) => void stop({ outcome });
  }

  countRepeated(provider: string): void {
    this.repeated.inc({ provider });
  }
}
