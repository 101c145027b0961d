import type { TestTenant } from '../tenant.js';

/** Channels, threads and the assistant. */
export const conversationBodies = ({ id }: TestTenant) => ({
  createChannel: {
    provider: 'meta-whatsapp',
    name: 'Second',
    account: '300000000001',
    businessAccountId: '4000',
    accessToken: 'token',
  },
  updateChannel: { name: 'Renamed', status: 'active', accessToken: 'token' },
  sendMessage: { text: 'Hello' },
  processMessage: { salon_id: id, phone_number: '+380501234567', message: 'Hi', conversation_id: 'c' },
  configureAssistant: { name: 'A', model: 'm', temperature: 1, maxTokens: 100, instructions: 'i' },
});
