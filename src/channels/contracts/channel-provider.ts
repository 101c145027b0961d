/** `api`: an integrator's own surface, answered in the response of the call. */
export type ChannelProvider = 'meta-whatsapp' | 'webchat' | 'api';

const HOUR_MS = 3_600_000;

/**
 * How long after the customer's last message free text may be sent; null where nothing limits it. WhatsApp: the
 * customer service window of 24 hours. It is counted from when we received the message: Meta is the judge of a late
 * delivery, and answers 131047.
 */
export const SERVICE_WINDOW_MS: Readonly<Record<ChannelProvider, number | null>> = {
  'meta-whatsapp': 24 * HOUR_MS,
  webchat: null,
  api: null,
};

/** Whether a customer of the provider is shown that an answer is being written; on WhatsApp only where that is switched on. */
export const showsTyping = (
  provider: ChannelProvider,
  meta: { readonly typingIndicator: boolean },
): boolean => provider === 'webchat' || (provider === 'meta-whatsapp' && meta.typingIndicator);
