import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '#libs/http';
import { currentContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { GetProfileQuery } from '../application/get-profile/get-profile.query.js';
import { ProfileDto } from './profile.dto.js';

@ApiTags('Access')
@Controller('api/v1/me')
export class ProfileController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @SignedIn()
  @ApiOperation({ operationId: 'getMe', summary: 'Who am I, where, and what may I do?' })
  @ApiOkResponse({ type: ProfileDto })
  get(): Promise<ProfileDto> {
    return this.dispatcher.ask(new GetProfileQuery(currentContext().actor.id));
  }
}
