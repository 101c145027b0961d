import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { PermissionName } from '#libs/security';

export const PERMISSION = 'frontdesk:permission';
export const PUBLIC = 'frontdesk:public';
/** In the OpenAPI document: the permission an operation asks for. */
export const PERMISSION_EXTENSION = 'x-permission';

/** The route needs a bearer token whose role grants `name`. On the method, not the class: a route says its own access. */
export const Permission = (name: PermissionName): MethodDecorator =>
  applyDecorators(SetMetadata(PERMISSION, name), ApiBearerAuth(), ApiExtension(PERMISSION_EXTENSION, name));

export const DURING_ENROLMENT = 'frontdesk:during-enrolment';
/** The route answers a login too that may do nothing yet but set up its second factor. */
export const DuringEnrolment = (): MethodDecorator => SetMetadata(DURING_ENROLMENT, true);

/** The route answers anyone (login, webhooks that verify a signature, health). It has no tenant in its context. */
export const Public = (): MethodDecorator => SetMetadata(PUBLIC, true);

/** The route needs a valid bearer token and no particular permission (one's own profile). */
export const SIGNED_IN = 'signed-in';
export const SignedIn = (): MethodDecorator =>
  applyDecorators(
    SetMetadata(PERMISSION, SIGNED_IN),
    ApiBearerAuth(),
    ApiExtension(PERMISSION_EXTENSION, SIGNED_IN),
  );
