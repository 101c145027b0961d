import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, ListQueryDto, page, Permission, SignedIn } from '#libs/http';
import { PERMISSIONS, type PermissionName, ROLES, SCOPED_PERMISSIONS } from '#libs/security';
import { MembersService } from '../application/members/members.service.js';
import { EndedSessionsDto } from './me.dto.js';
import { ChangeRoleDto, MemberDto, MemberPageDto, PermissionListDto } from './member.dto.js';

@ApiTags('Members')
@Controller('api/v1')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get('members')
  @Permission('members:read')
  @ReadsPersonalData('member')
  @ApiOperation({
    operationId: 'listMembers',
    summary: 'List who has access',
    description: 'Those who joined last come first.',
  })
  @ApiOkResponse({ type: MemberPageDto })
  async list(@Query() query: ListQueryDto): Promise<MemberPageDto> {
    return page(await this.members.list(query), query.limit);
  }

  @Patch('members/:id')
  @Permission('members:write')
  @ReadsPersonalData('member')
  @ApiOperation({
    operationId: 'changeMemberRole',
    summary: 'Change a member’s role',
    description: 'Ends their logins here: they sign in again, in the new role.',
  })
  @ApiOkResponse({ type: MemberDto })
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    404: ['member.not_found'],
    409: ['tenancy.last_owner'],
    422: ['tenancy.role_unknown'],
  })
  change(@Param('id', ParseUUIDPipe) id: string, @Body() body: ChangeRoleDto): Promise<MemberDto> {
    return this.members.changeRole(id, body.role);
  }

  @Delete('members/:id')
  @HttpCode(204)
  @Permission('members:write')
  @ApiOperation({
    operationId: 'removeMember',
    summary: 'Withdraw a member’s access',
    description: 'Their logins here end at once; their account is their own and stays.',
  })
  @ApiNoContentResponse()
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    404: ['member.not_found'],
    409: ['tenancy.last_owner'],
  })
  remove(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.members.remove(id);
  }

  @Post('members/:id/end-sessions')
  @HttpCode(200)
  @Permission('members:write')
  @ApiOperation({
    operationId: 'endMemberSessions',
    summary: 'End all of a member’s logins here',
    description:
      'For a lost device, or a login that is not theirs. They keep their access and sign in again; their other businesses are not touched.',
  })
  @ApiOkResponse({ type: EndedSessionsDto })
  @ApiProblems({ 403: ['tenancy.role_exceeds_own'], 404: ['member.not_found'] })
  async endSessions(@Param('id', ParseUUIDPipe) id: string): Promise<EndedSessionsDto> {
    return { ended: await this.members.endSessions(id) };
  }

  @Get('permissions')
  @SignedIn()
  @ApiOperation({ operationId: 'listPermissions', summary: 'List permissions, and which roles have them' })
  @ApiOkResponse({ type: PermissionListDto })
  permissions(): PermissionListDto {
    return {
      data: Object.entries(PERMISSIONS).map(([name, description]) => ({
        name,
        description,
        roles: Object.entries(ROLES).flatMap(([role, has]) =>
          (has as ReadonlySet<string>).has(name) ? [role] : [],
        ),
        scoped: SCOPED_PERMISSIONS.has(name as PermissionName),
      })),
    };
  }
}
