import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { hashToken, randomToken } from '#libs/security';
import { tenantToken } from '../../domain/refresh-token.js';
import { PersonTokenRepository } from '../../infrastructure/person-token.repository.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import type { Client } from '../session-tokens.js';
import { PersonTokens } from '../person-tokens.js';
import { SessionIssuer } from '../session-issuer.js';
import {
  AnswerChallengeCommand,
  type ChallengeAnswer,
  type MfaChallenge,
  OpenChallengeCommand,
} from './challenge.commands.js';
import { SecondFactor } from './second-factor.js';

/** Wrong codes of one challenge. */
const TRIES = 5;

/** What a challenge is bound to. */
interface Bond {
  tenantId: string;
  device: string;
}

const deviceOf = ({ userAgent }: Client): string => hashToken(userAgent ?? '');

@CommandHandler(OpenChallengeCommand)
export class OpenChallengeHandler implements ICommandHandler<OpenChallengeCommand> {
  constructor(
    private readonly rows: PersonTokenRepository,
    private readonly tokens: PersonTokens,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async execute({ personId, client }: OpenChallengeCommand): Promise<MfaChallenge> {
    const id = newId();
    const at = this.clock.now();
    const expiresIn = this.settings.accounts.mfaChallengeSeconds;
    const challengeToken = tenantToken('challenge', currentTenant(), randomToken());
    const bond: Bond = { tenantId: currentTenant(), device: deviceOf(client) };
    await this.rows.save({
      id,
      personId,
      purpose: 'mfa-challenge',
      hash: hashToken(challengeToken),
      sealedToken: null,
      sealedData: await this.tokens.sealData(id, bond),
      at,
      expiresAt: new Date(at.getTime() + expiresIn * 1000),
    });
    return { challengeToken, expiresIn };
  }
}

@CommandHandler(AnswerChallengeCommand)
export class AnswerChallengeHandler implements ICommandHandler<AnswerChallengeCommand> {
  constructor(
    private readonly rows: PersonTokenRepository,
    private readonly tokens: PersonTokens,
    private readonly factor: SecondFactor,
    private readonly tenants: TenantRepository,
    private readonly issuer: SessionIssuer,
    private readonly clock: Clock,
  ) {}

  async execute({ challengeToken, proof, client }: AnswerChallengeCommand): Promise<ChallengeAnswer> {
    const now = this.clock.now();
    const hash = hashToken(challengeToken);
    const seen = await this.rows.peek(hash, 'mfa-challenge', now);
    if (!seen || seen.tries > TRIES) return { refusal: 'over' };
    const bond = await this.tokens.dataOf<Bond>(seen.id, seen.sealedData);
    if (bond?.tenantId !== currentTenant() || bond.device !== deviceOf(client)) return { refusal: 'over' };
    const member = await this.tenants.findMember(seen.personId);
    if (!member) return { refusal: 'over' };
    if (!(await this.factor.spend(seen.personId, proof))) return { refusal: 'wrong' };
    if (!(await this.rows.use(hash, 'mfa-challenge', now))) return { refusal: 'over' };
    const who = { personId: seen.personId, role: member.role, mfaAt: now };
    return { tokens: await this.issuer.open(who, client) };
  }
}
