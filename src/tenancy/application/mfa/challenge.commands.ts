import { Command } from '@nestjs/cqrs';
import type { Client, SessionTokens } from '../session-tokens.js';
import type { Proof } from './second-factor.js';

export interface MfaChallenge {
  challengeToken: string;
  /** Life of the challenge in seconds. */
  expiresIn: number;
}

/** A login waits for its second factor: in the business of the context, on the device that asked. */
export class OpenChallengeCommand extends Command<MfaChallenge> {
  constructor(
    readonly personId: string,
    readonly client: Client,
  ) {
    super();
  }
}

/** A refusal is an answer, not an error: the count of tries must be committed. */
export type ChallengeAnswer = { tokens: SessionTokens } | { refusal: 'over' | 'wrong' };

export class AnswerChallengeCommand extends Command<ChallengeAnswer> {
  constructor(
    readonly challengeToken: string,
    readonly proof: Proof,
    readonly client: Client,
  ) {
    super();
  }
}
