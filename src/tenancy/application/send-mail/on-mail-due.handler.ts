import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, currentTenant, type DomainEvent, ProviderError } from '#libs/kernel';
import { Mailer } from '#libs/mail';
import { type Delivery, EventHandler, HandlesEvent, Undeliverable } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { MailDue, type MailKind } from '../../contracts/index.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { InvitationRepository } from '../../infrastructure/invitation.repository.js';
import { PersonTokenRepository } from '../../infrastructure/person-token.repository.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import { InvitationTokens } from '../invitations/invitation-tokens.js';
import { LOBBY } from '../origin.js';
import { PersonTokens } from '../person-tokens.js';
import { BusinessPost } from './business-post.js';
import { mailText, readable } from './mail-text.js';
import { SealedAddresses } from './sealed-addresses.js';

interface Letter {
  readonly to: string;
  readonly name: string | null;
  readonly business: string;
  readonly language: string;
  readonly token: string | null;
  readonly expiresAt: Date | null;
}

/** Where the links of mails lead; the token is in the fragment, which no server and no log sees. */
const PATHS: Partial<Record<MailKind, string>> = {
  'verify-email': 'verify-email',
  'change-email': 'change-email',
  'password-reset': 'reset-password',
  invitation: 'accept-invitation',
};

/** Reads what a mail needs, sends it outside of any unit of work, and then forgets the sealed token with the inbox row. */
@Injectable()
@HandlesEvent({
  event: MailDue,
  name: 'tenancy.send-mail',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class OnMailDueHandler extends EventHandler {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly post: BusinessPost,
    private readonly rows: PersonTokenRepository,
    private readonly tokens: PersonTokens,
    private readonly invitations: InvitationRepository,
    private readonly invitationTokens: InvitationTokens,
    private readonly accounts: AccountRepository,
    private readonly tenants: TenantRepository,
    private readonly addresses: SealedAddresses,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async handle(event: DomainEvent, delivery: Delivery): Promise<void> {
    const due = MailDue.payloadOf(event);
    const letter = await this.uow.run(() => this.letterOf(due, event));
    if (letter) await this.send(event.id, due.kind, letter);
    await this.uow.run(async () => {
      if (!(await delivery.settle())) return;
      if (due.kind === 'invitation') await this.invitations.forgetSealed(due.subjectId);
      else await this.rows.forgetSealed(due.subjectId);
    });
  }

  private async send(id: string, kind: MailKind, letter: Letter): Promise<void> {
    const { to, name, business, language, token, expiresAt } = letter;
    const until = expiresAt ? readable(expiresAt, language) : '';
    const link = token === null ? null : `${this.publicUrl()}/account/${PATHS[kind] ?? ''}#token=${token}`;
    const text = mailText(kind, language, { name, business, until }, link);
    try {
      const mail = { id, to: { address: to, ...(name ? { name } : {}) }, ...text };
      await (kind === 'invitation' ? this.post : this.mailer).send(mail);
    } catch (error) {
      // Nothing that a repeat could cure: an operator replays the dead letter once it is cured.
      if (error instanceof ProviderError && !error.retryable)
        throw new Undeliverable(`${error.failure}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** Null for what needs no mail any more: used, replaced, revoked or over since. */
  private async letterOf(
    { kind, subjectId, sealedTo }: ReturnType<typeof MailDue.payloadOf>,
    event: DomainEvent,
  ): Promise<Letter | null> {
    if (kind === 'invitation') return this.invitationOf(subjectId);
    if (kind === 'email-changed' || kind === 'password-changed') {
      const account = await this.accounts.find(subjectId);
      if (!account) return null;
      const to =
        sealedTo === undefined ? account.email : await this.addresses.open(sealedTo, event, 'sealedTo');
      return { to, name: account.name, token: null, expiresAt: null, ...(await this.businessOf(subjectId)) };
    }
    const row = await this.rows.mail(subjectId);
    if (!row?.sealedToken || row.expiresAt <= this.clock.now()) return null;
    const data = await this.tokens.dataOf<{ email: string }>(subjectId, row.sealedData);
    return {
      to: data?.email ?? row.email,
      name: row.name,
      token: await this.tokens.tokenOf(subjectId, row.sealedToken),
      expiresAt: row.expiresAt,
      ...(await this.businessOf(row.personId)),
    };
  }

  private async invitationOf(id: string): Promise<Letter | null> {
    const invitation = await this.invitations.find(id);
    const tenant = await this.tenants.find();
    if (!tenant || !invitation?.sealedToken || invitation.expiresAt <= this.clock.now()) return null;
    return {
      to: invitation.email,
      name: null,
      business: tenant.name,
      language: tenant.language,
      token: await this.invitationTokens.open(id, invitation.sealedToken),
      expiresAt: invitation.expiresAt,
    };
  }

  /** The business that the person was in, or their first one. */
  private async businessOf(personId: string): Promise<{ business: string; language: string }> {
    if (currentTenant() !== LOBBY) {
      const tenant = await this.tenants.find();
      if (tenant) return { business: tenant.name, language: tenant.language };
    }
    const [first] = await this.accounts.businesses(personId);
    return { business: first?.name ?? 'Frontdesk', language: first?.language ?? 'en' };
  }

  private publicUrl(): string {
    const { publicUrl, host, port } = this.settings.http;
    return publicUrl ?? `http://${host}:${port}`;
  }
}
