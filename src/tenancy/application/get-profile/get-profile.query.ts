import { Query } from '@nestjs/cqrs';
import type { DataScopeName, RoleId } from '#libs/security';
import type { TenantView } from '../../contracts/index.js';

export interface Profile {
  id: string;
  email: string;
  name: string;
  emailVerified: boolean;
  role: RoleId;
  permissions: string[];
  dataScope: DataScopeName;
  tenant: TenantView;
}

/** Who the signed-in user is here. Error: `auth.token_invalid` when they have lost their access since. */
export class GetProfileQuery extends Query<Profile> {
  constructor(readonly personId: string) {
    super();
  }
}
