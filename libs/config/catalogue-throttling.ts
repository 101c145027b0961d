import { integer } from './setting.js';

/** Quotas of requests. */
export const THROTTLING = {
  addressBurst: [
    'THROTTLE_ADDRESS_BURST',
    integer(
      1_200,
      { min: 0, max: 1_000_000 },
      'Requests of one address (IPv6: of one /64) at once; 0 switches the quota off.',
    ),
  ],
  addressSeconds: [
    'THROTTLE_ADDRESS_SECONDS',
    integer(60, { min: 1, max: 86_400 }, 'Time in which that quota fills up again, evenly.'),
  ],
  userBurst: [
    'THROTTLE_USER_BURST',
    integer(600, { min: 0, max: 1_000_000 }, 'Requests of one person at once; 0 switches the quota off.'),
  ],
  userSeconds: [
    'THROTTLE_USER_SECONDS',
    integer(60, { min: 1, max: 86_400 }, 'Time in which that quota fills up again, evenly.'),
  ],
  keyBurst: [
    'THROTTLE_KEY_BURST',
    integer(1200, { min: 0, max: 1_000_000 }, 'Requests of one API key at once; 0 switches the quota off.'),
  ],
  keySeconds: [
    'THROTTLE_KEY_SECONDS',
    integer(60, { min: 1, max: 86_400 }, 'Time in which that quota fills up again, evenly.'),
  ],
  tenantBurst: [
    'THROTTLE_TENANT_BURST',
    integer(6000, { min: 0, max: 1_000_000 }, 'Requests of one business at once; 0 switches the quota off.'),
  ],
  tenantSeconds: [
    'THROTTLE_TENANT_SECONDS',
    integer(60, { min: 1, max: 86_400 }, 'Time in which that quota fills up again, evenly.'),
  ],
} as const;
