import { Global, Module } from '@nestjs/common';
import { SessionGate } from '#libs/security';
import { SessionDenylist } from './session-denylist.js';

/** Global, because the access guard of every route asks it. */
@Global()
@Module({
  providers: [SessionDenylist, { provide: SessionGate, useExisting: SessionDenylist }],
  exports: [SessionDenylist, SessionGate],
})
export class SessionGateModule {}
