import type { TestTenant } from '../tenant.js';
import { brandingBodies } from './branding.js';
import { calendarBodies } from './calendar.js';
import { conversationBodies } from './conversations.js';
import { kybBodies } from './kyb.js';
import { privacyBodies } from './privacy.js';
import { tenancyBodies } from './tenancy.js';
import { webhookBodies } from './webhooks.js';

/** By operation. */
export type Bodies = Record<string, Record<string, unknown>>;

/** A body of every operation that takes one, valid but for ids of things that there are not. */
export const bodiesFor = (tenant: TestTenant): Bodies => ({
  ...tenancyBodies(tenant),
  ...conversationBodies(tenant),
  ...calendarBodies(tenant),
  ...webhookBodies(),
  ...brandingBodies(),
  ...kybBodies(tenant),
  ...privacyBodies(),
});
