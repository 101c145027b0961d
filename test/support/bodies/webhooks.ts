export const webhookBodies = () => ({
  createWebhookEndpoint: {
    url: 'https://hooks.example.com/a',
    description: 'd',
    eventTypes: ['*'],
    enabled: true,
    headers: { 'x-a': 'b' },
  },
  updateWebhookEndpoint: {
    url: 'https://hooks.example.com/a',
    description: 'd',
    eventTypes: ['*'],
    enabled: true,
    headers: { 'x-a': 'b' },
  },
  rotateWebhookSecret: { graceSeconds: 60 },
  replayFailedWebhooks: { since: '2099-01-01T10:00:00Z' },
});
