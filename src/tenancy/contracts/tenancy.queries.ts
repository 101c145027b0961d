import { Query } from '@nestjs/cqrs';

export interface TenantView {
  id: string;
  slug: string;
  name: string;
  /** IANA name. */
  timeZone: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** ISO 4217. */
  currency: string;
  /** BCP 47. */
  language: string;
}

/** The business of the context. Error: `tenant.not_found`. */
export class GetTenantQuery extends Query<TenantView> {}

/** Whether the person has access to the business of the context. */
export class IsMemberQuery extends Query<boolean> {
  constructor(readonly personId: string) {
    super();
  }
}

/** The id of the member of the business of the context with this e-mail address; null without one. */
export class FindMemberQuery extends Query<string | null> {
  constructor(readonly email: string) {
    super();
  }
}

export interface MemberAddress {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
}

/** Members of the business of the context whose role has the permission, such as `kyb:decide`: whom to write to. At most 50. */
export class MembersWhoMayQuery extends Query<MemberAddress[]> {
  constructor(readonly permission: string) {
    super();
  }
}

/** Whether the business of the context has this team; if so, it stays until the unit of work ends. */
export class IsTeamQuery extends Query<boolean> {
  constructor(readonly teamId: string) {
    super();
  }
}
