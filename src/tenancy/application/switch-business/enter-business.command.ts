import { Command } from '@nestjs/cqrs';
import type { RoleId } from '#libs/security';
import type { MfaChallenge } from '../mfa/challenge.commands.js';
import type { Client, SessionTokens } from '../session-tokens.js';

/**
 * A person whose password was right, or who is signed in elsewhere, enters the business of the context: with tokens, or with a
 * challenge when they have a second factor and have not shown it (`mfaAt` null). `startedAt`: when the login began that they come with,
 * and whose end is then the end of the new one too.
 */
export class EnterBusinessCommand extends Command<SessionTokens | MfaChallenge> {
  constructor(
    readonly personId: string,
    readonly role: RoleId,
    readonly client: Client,
    readonly mfaAt: Date | null,
    readonly startedAt?: Date,
  ) {
    super();
  }
}
