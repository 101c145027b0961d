import { Injectable } from '@nestjs/common';
import { normalizeIp, DEFAULT_IPV6_SUBNET_PREFIX } from '@nestjs/throttler';
import { Settings } from '#libs/config';
import type { Quota } from './gcra.js';
import { GcraStorage } from './gcra-storage.js';
import { tooMany } from './too-many.js';

const SECOND_MS = 1000;

/**
 * A handshake, and what a socket asks later, count as requests: they take from the quotas that requests take from. Error:
 * `http.too_many_requests`.
 */
@Injectable()
export class SocketQuotas {
  constructor(
    private readonly storage: GcraStorage,
    private readonly settings: Settings,
  ) {}

  /** Before the token is looked at, so that guessing is limited. */
  takeAddress(address: string): Promise<void> {
    const { addressBurst, addressSeconds } = this.settings.throttling;
    const key = `address:${normalizeIp(address, DEFAULT_IPV6_SUBNET_PREFIX)}`;
    return this.take([{ key, burst: addressBurst, windowMs: addressSeconds * SECOND_MS }]);
  }

  takeMember({ tenantId, personId }: { tenantId: string; personId: string }): Promise<void> {
    const { userBurst, userSeconds, tenantBurst, tenantSeconds } = this.settings.throttling;
    return this.take([
      { key: `user:${tenantId}:${personId}`, burst: userBurst, windowMs: userSeconds * SECOND_MS },
      { key: `tenant:${tenantId}`, burst: tenantBurst, windowMs: tenantSeconds * SECOND_MS },
    ]);
  }

  private async take(quotas: readonly Quota[]): Promise<void> {
    const asked = quotas.filter(({ burst }) => burst > 0);
    const decision = asked.length === 0 ? null : await this.storage.decide(asked);
    if (decision && !decision.allowed) throw tooMany(decision, 'Too many requests: connect again later.');
  }
}
