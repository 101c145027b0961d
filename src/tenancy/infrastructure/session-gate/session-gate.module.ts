import { Global, Module } from '@nestjs/common';
import { ApiKeys, Authorities, SessionGate } from '#libs/security';
import { ApiKeyRepository } from '../api-keys/api-key.repository.js';
import { StoredApiKeys } from '../api-keys/stored-api-keys.js';
import { RoleRepository } from '../authorities/role.repository.js';
import { StoredAuthorities } from '../authorities/stored-authorities.js';
import { TeamRepository } from '../authorities/team.repository.js';
import { SessionDenylist } from './session-denylist.js';

/** Global, because the access guard of every route asks it. */
@Global()
@Module({
  providers: [
    SessionDenylist,
    { provide: SessionGate, useExisting: SessionDenylist },
    ApiKeyRepository,
    { provide: ApiKeys, useClass: StoredApiKeys },
    RoleRepository,
    TeamRepository,
    StoredAuthorities,
    { provide: Authorities, useExisting: StoredAuthorities },
  ],
  exports: [
    SessionDenylist,
    SessionGate,
    ApiKeyRepository,
    ApiKeys,
    RoleRepository,
    TeamRepository,
    StoredAuthorities,
    Authorities,
  ],
})
export class SessionGateModule {}
