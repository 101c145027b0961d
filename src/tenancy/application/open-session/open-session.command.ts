import { Command } from '@nestjs/cqrs';
import type { Role } from '#libs/security';

export interface Client {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
  /** Life of the access token in seconds. */
  expiresIn: number;
}

/** Starts a family of refresh tokens for a person whose password was right. */
export class OpenSessionCommand extends Command<SessionTokens> {
  constructor(
    readonly personId: string,
    readonly role: Role,
    readonly client: Client,
  ) {
    super();
  }
}
