import { Injectable } from '@nestjs/common';
import { type PublicBranding, PublicBrandingQuery } from '#contracts/branding';
import type { HostScope } from '#libs/http';
import { DomainError, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { FirstWebchatQuery } from '../application/manage-channels/manage-channels.commands.js';

export interface BrandedChat {
  /** Public key of the web chat that the page talks to; null: that of its address. */
  readonly channel: string | null;
  /** null: the page as it comes. */
  readonly branding: PublicBranding | null;
}

/** The web chat of the demo, as in chat.js. */
const DEFAULT_CHANNEL = 'demo-salon';

/** Which web chat a page is for, and how its business looks. */
@Injectable()
export class ChatBrand {
  constructor(
    private readonly system: SystemFunctions,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * On a business's domain: its chats alone, the oldest when none is named. On the installation's hosts any.
   * Error: `channel.not_found` for a chat of another business, or where a business has none.
   */
  async find(host: HostScope, channel: string | undefined, traceId: string): Promise<BrandedChat> {
    const key = channel === '' ? undefined : channel;
    if (host.kind === 'installation') {
      const owner = await this.ownerOf(key ?? DEFAULT_CHANNEL);
      return { channel: null, branding: owner === null ? null : await this.brandingOf(owner, traceId) };
    }
    const { tenantId } = host;
    const own = key === undefined ? await this.firstOf(tenantId, traceId) : key;
    if (own === null || (key !== undefined && (await this.ownerOf(key)) !== tenantId))
      throw new DomainError('not-found', 'channel.not_found', 'There is no such chat on this domain.');
    return { channel: own, branding: await this.brandingOf(tenantId, traceId) };
  }

  private async ownerOf(channel: string): Promise<string | null> {
    if (!/^[\w-]{3,64}$/.test(channel)) return null;
    const [route] = await this.system.call<{ tenant_id: string }>('find_channel_route', ['webchat', channel]);
    return route?.tenant_id ?? null;
  }

  private firstOf(tenantId: string, traceId: string): Promise<string | null> {
    return this.as(tenantId, traceId, () => this.dispatcher.ask(new FirstWebchatQuery()));
  }

  private brandingOf(tenantId: string, traceId: string): Promise<PublicBranding> {
    return this.as(tenantId, traceId, () => this.dispatcher.ask(new PublicBrandingQuery()));
  }

  private as<T>(tenantId: string, traceId: string, work: () => Promise<T>): Promise<T> {
    return runInContext({ tenantId, actor: { kind: 'system', id: 'webchat' }, traceId }, work);
  }
}
