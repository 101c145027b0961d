import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, Idempotent, ListQueryDto, page, Permission } from '#libs/http';
import { InvitationsService } from '../application/invitations/invitations.service.js';
import { InvitationDto, InvitationPageDto, InviteDto } from './invitation.dto.js';

@ApiTags('Members')
@Controller('api/v1/invitations')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post()
  @Permission('members:write')
  @ReadsPersonalData('invitation')
  @Idempotent()
  @ApiOperation({
    operationId: 'createInvitation',
    summary: 'Invite somebody',
    description: 'A link is mailed. Nobody can give a role that may do more than they may.',
  })
  @ApiCreatedResponse({ type: InvitationDto })
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    409: ['tenancy.already_member', 'tenancy.already_invited'],
  })
  create(@Body() body: InviteDto): Promise<InvitationDto> {
    return this.invitations.invite(body);
  }

  @Get()
  @Permission('members:read')
  @ReadsPersonalData('invitation')
  @ApiOperation({
    operationId: 'listInvitations',
    summary: 'List open invitations',
    description: 'Newest first; also those that are too old by now.',
  })
  @ApiOkResponse({ type: InvitationPageDto })
  async list(@Query() query: ListQueryDto): Promise<InvitationPageDto> {
    return page(await this.invitations.list(query), query.limit);
  }

  @Post(':id/resend')
  @HttpCode(200)
  @Permission('members:write')
  @ReadsPersonalData('invitation')
  @ApiOperation({
    operationId: 'resendInvitation',
    summary: 'Mail a new link',
    description: 'The link before is no longer good.',
  })
  @ApiOkResponse({ type: InvitationDto })
  @ApiProblems({
    403: ['tenancy.role_exceeds_own'],
    404: ['invitation.not_found'],
    429: ['auth.too_many_attempts'],
  })
  resend(@Param('id', ParseUUIDPipe) id: string): Promise<InvitationDto> {
    return this.invitations.resend(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('members:write')
  @ApiOperation({ operationId: 'revokeInvitation', summary: 'Revoke an invitation' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['invitation.not_found'] })
  revoke(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.invitations.revoke(id);
  }
}
