import { Command } from '@nestjs/cqrs';

/** Ends the login that this refresh token belongs to. An unknown token is no error. Answers the ids of ended logins. */
export class CloseSessionCommand extends Command<string[]> {
  constructor(readonly refreshToken: string) {
    super();
  }
}
