import { Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';
import { HostDirectory } from '#contracts/branding';
import { Settings } from '#libs/config';
import { MemberAccess } from '#libs/http';
import { Clock, type DataScope, DomainError } from '#libs/kernel';
import { type Authority, ApiKeys, type PermissionName, type VerifiedClaims } from '#libs/security';
import { addressOfHandshake, hostOfHandshake } from '#libs/sockets';
import { SocketQuotas } from '#libs/throttling';

/** What the lists and reads of threads ask for. */
const PERMISSION: PermissionName = 'threads:read';
/** Addresses end up in the logs of every proxy on the way. */
const NOT_IN_QUERY = ['token', 'access_token', 'accessToken', 'authorization'];

/** Who may have an inbox socket, at its handshake and from then on. */
@Injectable()
export class InboxDoor {
  constructor(
    private readonly members: MemberAccess,
    private readonly keys: ApiKeys,
    private readonly hosts: HostDirectory,
    private readonly quotas: SocketQuotas,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Errors: `conversations.inbox_not_here` (404), `http.too_many_requests`, `conversations.inbox_token_in_query` (403), and those
   * of `admitToken`.
   */
  async admit(socket: Socket, traceId: string): Promise<{ claims: VerifiedClaims; authority: Authority }> {
    const host = hostOfHandshake(socket, this.settings.http.trustProxy);
    const owner = host === null ? null : await this.hosts.ownerOf(host);
    if (owner?.kind !== 'installation')
      throw new DomainError(
        'not-found',
        'conversations.inbox_not_here',
        'The inbox answers on the host of the API, and to its own pages.',
      );
    await this.quotas.takeAddress(addressOfHandshake(socket, this.settings.http.trustProxy));
    if (NOT_IN_QUERY.some((name) => name in socket.handshake.query))
      throw new DomainError(
        'forbidden',
        'conversations.inbox_token_in_query',
        'Send the access token in the auth of the handshake, and never in the address. Consider that one known: end its login.',
      );
    const { token } = socket.handshake.auth as { token?: unknown };
    return this.admitToken(token, traceId);
  }

  /**
   * Errors: `auth.token_missing`, `auth.person_required`, `http.too_many_requests`, those of `MemberAccess`.
   */
  async admitToken(
    token: unknown,
    traceId: string,
  ): Promise<{ claims: VerifiedClaims; authority: Authority }> {
    if (typeof token !== 'string' || token === '')
      throw new DomainError(
        'unauthenticated',
        'auth.token_missing',
        'Send an access token in the auth of the handshake: { token }.',
      );
    if (this.keys.isKey(token))
      throw new DomainError(
        'forbidden',
        'auth.person_required',
        'The inbox is for people who signed in; programs have webhooks.',
      );
    const claims = this.members.verify(token);
    await this.quotas.takeMember(claims);
    return { claims, authority: await this.members.authorityOf(claims, PERMISSION, traceId) };
  }

  /** What the member of an open socket may do now. Errors: `auth.token_expired`, and those of `MemberAccess`. */
  async authorityOf(claims: VerifiedClaims, traceId: string): Promise<Authority> {
    this.assertNotExpired(claims);
    return this.members.authorityOf(claims, PERMISSION, traceId);
  }

  /** Error: `auth.token_expired`. */
  assertNotExpired({ expiresAt }: VerifiedClaims): void {
    if (expiresAt <= this.clock.now())
      throw new DomainError(
        'unauthenticated',
        'auth.token_expired',
        'The access token has expired: refresh it, and connect again. Send the next one as `renew` before it does.',
      );
  }
}

/** The same text for the same scope. */
export const scopeText = (scope: DataScope | undefined): string =>
  scope === undefined ? 'all' : JSON.stringify([[...scope.personIds].sort(), [...scope.teamIds].sort()]);
