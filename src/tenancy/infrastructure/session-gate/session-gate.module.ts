import { Global, Module } from '@nestjs/common';
import { ApiKeys, SessionGate } from '#libs/security';
import { ApiKeyRepository } from '../api-keys/api-key.repository.js';
import { StoredApiKeys } from '../api-keys/stored-api-keys.js';
import { SessionDenylist } from './session-denylist.js';

/** Global, because the access guard of every route asks it. */
@Global()
@Module({
  providers: [
    SessionDenylist,
    { provide: SessionGate, useExisting: SessionDenylist },
    ApiKeyRepository,
    { provide: ApiKeys, useClass: StoredApiKeys },
  ],
  exports: [SessionDenylist, SessionGate, ApiKeyRepository, ApiKeys],
})
export class SessionGateModule {}
