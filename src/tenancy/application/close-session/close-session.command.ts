import { Command } from '@nestjs/cqrs';

/** Revokes all that came of the login that this refresh token belongs to. An unknown token is no error. */
export class CloseSessionCommand extends Command<void> {
  constructor(readonly refreshToken: string) {
    super();
  }
}
