import { applyDecorators, type PipeTransform } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { DomainError } from '#libs/kernel';

const ROLE_ID = /^(owner|admin|agent|auditor|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Of an answer: the name of a built-in role, or the id of a role of the business's own. */
export const ApiRoleId = (): PropertyDecorator =>
  ApiProperty({
    type: 'string',
    description: '`owner`, `admin`, `agent`, `auditor`, or the id of a role of your own: see listRoles.',
    example: 'agent',
  });

/** Of a request. */
export const RoleIdBody = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'string',
      pattern: ROLE_ID.source,
      description: '`owner`, `admin`, `agent`, `auditor`, or the id of a role of your own: see listRoles.',
      example: 'agent',
    }),
    IsString(),
    Matches(ROLE_ID, {
      message: '$property must be owner, admin, agent, auditor or the id of a role of your own',
    }),
  );

/** Of a path. Error: `http.validation_failed` (422). */
export const roleIdPipe: PipeTransform<string, string> = {
  transform: (value) => {
    if (ROLE_ID.test(value)) return value;
    throw DomainError.invalid(
      'http.validation_failed',
      'role',
      'role must be owner, admin, agent, auditor or the id of a role of your own',
    );
  },
};
