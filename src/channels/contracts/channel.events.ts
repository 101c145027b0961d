import { defineEvent } from '#libs/kernel';

/** A provider's event was stored; its lane wants draining. Written by the database function `store_inbound`. */
export const InboundStored = defineEvent<{ channelId: string; lane: string }>('channels.inbound.stored.v1');
