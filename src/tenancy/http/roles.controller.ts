import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems, Idempotent, IfMatch, Permission } from '#libs/http';
import { RolesService } from '../application/roles/roles.service.js';
import { roleIdPipe } from './role-id.js';
import { CreateRoleDto, RoleDto, RoleListDto, UpdateRoleDto } from './role.dto.js';

const ApiRoleParam = (): MethodDecorator =>
  ApiParam({
    name: 'role',
    type: 'string',
    description: 'The name of a built-in role, or the id of one of your own.',
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10',
  });

@ApiTags('Members')
@Controller('api/v1/roles')
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Get()
  @Permission('members:read')
  @ApiOperation({
    operationId: 'listRoles',
    summary: 'List roles',
    description: 'The built-in ones first, then your own by name; all at once, since there are 100 at most.',
  })
  @ApiOkResponse({ type: RoleListDto })
  async list(): Promise<RoleListDto> {
    return { data: await this.roles.list() };
  }

  @Get(':role')
  @Permission('members:read')
  @ApiRoleParam()
  @ApiOperation({ operationId: 'getRole', summary: 'Read a role' })
  @ApiOkResponse({ type: RoleDto })
  @ApiProblems({ 404: ['role.not_found'] })
  get(@Param('role', roleIdPipe) id: string): Promise<RoleDto> {
    return this.roles.get(id);
  }

  @Post()
  @Idempotent()
  @Permission('roles:write')
  @ApiOperation({
    operationId: 'createRole',
    summary: 'Make a role of your own',
    description: 'It may do no more than you. Give it to members with changeMemberRole or createInvitation.',
  })
  @ApiCreatedResponse({ type: RoleDto })
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    409: ['tenancy.role_name_taken', 'tenancy.too_many_roles'],
    422: ['tenancy.role_too_wide', 'tenancy.role_name_reserved'],
  })
  create(@Body() { name, description, permissions, dataScope }: CreateRoleDto): Promise<RoleDto> {
    return this.roles.create({ name, description: description ?? '', permissions, dataScope });
  }

  @Patch(':role')
  @Permission('roles:write')
  @ApiRoleParam()
  @ApiOperation({
    operationId: 'updateRole',
    summary: 'Change a role of your own',
    description: 'Whoever has it may do as it says within a second; nobody is signed out.',
  })
  @ApiOkResponse({ type: RoleDto })
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    404: ['role.not_found'],
    409: ['tenancy.role_built_in', 'tenancy.role_name_taken'],
    412: ['role.changed'],
    422: ['tenancy.role_too_wide', 'tenancy.role_name_reserved'],
  })
  change(
    @Param('role', roleIdPipe) id: string,
    @Body() body: UpdateRoleDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<RoleDto> {
    return this.roles.change(id, body, expectedVersion);
  }

  @Delete(':role')
  @HttpCode(204)
  @Permission('roles:write')
  @ApiRoleParam()
  @ApiOperation({
    operationId: 'deleteRole',
    summary: 'Delete a role of your own',
    description: 'Refused while a member has it or an open invitation offers it.',
  })
  @ApiNoContentResponse()
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    404: ['role.not_found'],
    409: ['tenancy.role_built_in', 'tenancy.role_in_use'],
    412: ['role.changed'],
  })
  remove(
    @Param('role', roleIdPipe) id: string,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<void> {
    return this.roles.remove(id, expectedVersion);
  }
}
