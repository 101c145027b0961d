import { serve } from './serve.js';

/** Jobs, relay and schedules; its HTTP port serves health and metrics. The same as `ROLE=worker` with main. */
await serve('worker');
