import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant } from '#libs/kernel';
import { hashToken, randomToken } from '#libs/security';
import { tenantToken } from '../../domain/refresh-token.js';
import type { InvitationToken } from '../../infrastructure/invitation.repository.js';

const DAY_MS = 86_400_000;

/** The token of an invitation: its hash for the way back and, until it is mailed, the token sealed. */
@Injectable()
export class InvitationTokens {
  constructor(
    private readonly cipher: FieldCipher,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Inside the unit of work that keeps it. */
  async make(invitationId: string): Promise<InvitationToken> {
    const token = tenantToken('invitation', currentTenant(), randomToken());
    return {
      hash: hashToken(token),
      sealed: await this.cipher.seal(token, placeOf(invitationId)),
      expiresAt: new Date(this.clock.now().getTime() + this.settings.accounts.invitationDays * DAY_MS),
    };
  }

  open(invitationId: string, sealed: string): Promise<string> {
    return this.cipher.openSecret(sealed, placeOf(invitationId));
  }
}

const placeOf = (rowId: string) => ({ table: 'invitation', column: 'sealed_token', rowId });
