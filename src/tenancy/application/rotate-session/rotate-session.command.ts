import { Command } from '@nestjs/cqrs';
import type { Refusal } from '../../domain/refresh-token.js';
import type { Client, SessionTokens } from '../session-tokens.js';

/** A refusal is an answer, not an error: what it revokes must be committed. `ended`: the logins that it ended. */
export type Rotation = { tokens: SessionTokens } | { refusal: Refusal; ended: string[] };

/** Exchanges a refresh token for new tokens, once. Its use again, later on, revokes all that came of the same login. */
export class RotateSessionCommand extends Command<Rotation> {
  constructor(
    readonly refreshToken: string,
    readonly client: Client,
  ) {
    super();
  }
}
