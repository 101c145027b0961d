import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/observability';

/** What the inbox sockets of this process are and do. */
@Injectable()
export class InboxMetrics {
  readonly sockets;
  readonly notices;
  readonly refused;
  readonly ended;
  readonly resyncs;

  constructor(metrics: Metrics) {
    this.sockets = metrics.gauge({
      name: 'frontdesk_inbox_sockets',
      help: 'Open inbox sockets of this process',
    });
    this.notices = metrics.counter({
      name: 'frontdesk_inbox_notices_total',
      help: 'Notices given to inbox sockets, by kind',
      labelNames: ['kind'],
    });
    this.refused = metrics.counter({
      name: 'frontdesk_inbox_refused_total',
      help: 'Handshakes of inbox sockets that were refused, by code',
      labelNames: ['code'],
    });
    this.ended = metrics.counter({
      name: 'frontdesk_inbox_ended_total',
      help: 'Inbox sockets that ended, by reason: client, slow, or the code of the refusal',
      labelNames: ['reason'],
    });
    this.resyncs = metrics.counter({
      name: 'frontdesk_inbox_resyncs_total',
      help: 'Inbox sockets that were told to compare what they have, by reason',
      labelNames: ['reason'],
    });
  }
}
