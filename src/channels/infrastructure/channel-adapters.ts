import type { ChannelProvider } from '#contracts/channels';
import type { ChannelAdapter } from '../domain/channel-adapter.js';

/** The adapters by provider. `api` has none: its replies leave in the response of the call. */
export class ChannelAdapters {
  private readonly adapters: ReadonlyMap<ChannelProvider, ChannelAdapter>;

  constructor(adapters: readonly ChannelAdapter[]) {
    this.adapters = new Map(adapters.map((adapter) => [adapter.provider, adapter]));
  }

  get(provider: ChannelProvider): ChannelAdapter {
    const adapter = this.adapters.get(provider);
    if (!adapter) throw new Error(`no adapter speaks ${provider}`);
    return adapter;
  }
}
