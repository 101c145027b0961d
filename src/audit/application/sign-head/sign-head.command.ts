import { Command } from '@nestjs/cqrs';
import type { KeptHead } from '../../infrastructure/audit-head.repository.js';

/** Signs the end of the trail as it is now, unless its last head says the same; answers that head. Null before the first entry. */
export class SignHeadCommand extends Command<KeptHead | null> {}
