import { Global, Module } from '@nestjs/common';
import { AuditKeys } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';

/** The audit trail's mechanism, for everyone: without it no change by a person commits. HttpModule brings it; its API is the context `audit`. */
@Global()
@Module({ providers: [AuditKeys, AuditTrail], exports: [AuditKeys, AuditTrail] })
export class AuditTrailModule {}
