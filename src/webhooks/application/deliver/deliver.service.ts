import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, currentTenant, newId, ProviderError, storable } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { failureOf, OutgoingHttp, RefusedByGuard } from '#libs/net';
import { UnitOfWork } from '#libs/persistence';
import { EndpointDisabled } from '../../contracts/events.js';
import { afterFailure, isLost, nextDue } from '../../domain/delivery-policy.js';
import { type ClaimedDelivery, DeliveryRepository } from '../../infrastructure/delivery.repository.js';
import { type EndpointKeys, EndpointRepository } from '../../infrastructure/endpoint.repository.js';
import { signedHeaders } from '../../infrastructure/signer.js';
import { WebhookMetrics } from '../../infrastructure/webhook-metrics.js';

/** A claim outlives the longest call by this much; then its worker is taken for dead. */
const LEASE_MARGIN_MS = 30_000;
const EXCERPT_BYTES = 1_024;
const GONE = 410;

interface Try {
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly excerpt: string | null;
  readonly failure: ProviderError | null;
}

/**
 * One try of one delivery: claim, send, record; the sending lies between two units of work. Whoever dies between sending and
 * recording leaves a claim that runs out, and the delivery is sent again with the same id: at least once.
 */
@Injectable()
export class DeliverService {
  private readonly logger = new Logger(DeliverService.name);

  constructor(
    private readonly uow: UnitOfWork,
    private readonly deliveries: DeliveryRepository,
    private readonly endpoints: EndpointRepository,
    private readonly http: OutgoingHttp,
    private readonly outbox: Outbox,
    private readonly metrics: WebhookMetrics,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Answers whether something was sent; not when another worker has it, or the endpoint has no room. */
  async deliver(deliveryId: string): Promise<boolean> {
    const claim = newId();
    const { webhooks } = this.settings;
    const taken = await this.uow.run(async () => {
      const delivery = await this.deliveries.claim(deliveryId, {
        claim,
        leaseMs: webhooks.timeoutMs + LEASE_MARGIN_MS,
        room: webhooks.endpointConcurrency,
        threshold: webhooks.pauseAfterFailures,
      });
      const keys = delivery && (await this.endpoints.keys(delivery.endpointId));
      return delivery && keys ? { delivery, keys } : null;
    });
    if (!taken) return false;
    const made = await this.send(taken.delivery, taken.keys);
    await this.uow.run(() => this.record(taken.delivery, claim, made));
    return true;
  }

  private async send(
    { eventId, body }: ClaimedDelivery,
    { url, secrets, headers }: EndpointKeys,
  ): Promise<Try> {
    const startedAt = this.clock.now();
    const begun = performance.now();
    const spent = () => ({ startedAt, durationMs: Math.round(performance.now() - begun) });
    try {
      const answer = await this.http.request(url, {
        method: 'POST',
        headers: {
          'user-agent': 'Frontdesk-Webhooks/1.0',
          ...headers,
          'content-type': 'application/json',
          ...signedHeaders(eventId, startedAt, body, secrets),
        },
        body,
        timeoutMs: this.settings.webhooks.timeoutMs,
        maxResponseBytes: EXCERPT_BYTES,
        oversize: 'cut',
      });
      return {
        ...spent(),
        status: answer.status,
        excerpt: storable(
          withoutSecrets(answer.body.toString('utf8'), [...secrets, ...Object.values(headers)]),
        ),
        failure: failureOf(answer, this.clock.now()),
      };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { ...spent(), status: null, excerpt: null, failure: error };
    }
  }

  private async record(delivery: ClaimedDelivery, claim: string, made: Try): Promise<void> {
    const { failure } = made;
    const { webhooks } = this.settings;
    const now = this.clock.now();
    // First the endpoint, then the delivery: in the order in which claims lock them.
    const endpoint = await this.endpoints.find(delivery.endpointId, 'FOR UPDATE');
    if (!endpoint) return;
    const retryAfterMs = failure?.details.retryAfterMs ?? null;
    const gone = made.status === GONE;
    const again =
      failure && !gone ? nextDue(delivery.tries + 1, now, webhooks, retryAfterMs, Math.random()) : null;
    const settled = await this.deliveries.settle(delivery.id, claim, {
      status: failure === null ? 'delivered' : again ? 'pending' : 'failed',
      dueAt: again,
      httpStatus: made.status,
      error: failure?.details.code ?? null,
    });
    if (!settled) return;
    const outcome = failure === null ? 'delivered' : failure instanceof RefusedByGuard ? 'refused' : 'failed';
    await this.deliveries.log(delivery.id, {
      number: delivery.attempts + 1,
      startedAt: made.startedAt,
      durationMs: made.durationMs,
      outcome,
      status: made.status,
      error: failure ? failure.message : null,
      excerpt: made.excerpt,
    });
    this.metrics.countTry(outcome, made.durationMs);
    if (failure === null) {
      if (endpoint.consecutiveFailures > 0 || endpoint.pausedUntil)
        await this.endpoints.setHealth(endpoint.id, {
          consecutiveFailures: 0,
          failingSince: null,
          pausedUntil: null,
        });
      return;
    }
    this.logger.warn(
      {
        tenantId: currentTenant(),
        endpointId: endpoint.id,
        deliveryId: delivery.id,
        status: made.status,
        code: failure.details.code,
      },
      again ? 'a webhook failed; it will be tried again' : 'a webhook was given up',
    );
    const rateLimitedFor = failure.failure === 'rate-limited' ? retryAfterMs : null;
    const health = afterFailure(endpoint, now, webhooks, rateLimitedFor);
    await this.endpoints.setHealth(endpoint.id, health);
    if (endpoint.status === 'enabled' && (gone || isLost(health, now, webhooks)))
      await this.disable(endpoint.id, gone ? 'gone' : 'failing');
  }

  private async disable(endpointId: string, reason: 'gone' | 'failing'): Promise<void> {
    await this.endpoints.disable(endpointId, reason);
    await this.outbox.append(EndpointDisabled.make(endpointId, { endpointId, reason }));
    this.metrics.countDisabled(reason);
  }
}

/** A receiver may echo what it was sent. */
const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[redacted]')), text);
