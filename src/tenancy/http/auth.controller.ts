import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Facts, Public, type RequestFacts } from '#libs/http';
import { SignInService } from '../application/sign-in/sign-in.service.js';
import { LoginDto, RefreshDto, SessionTokensDto } from './auth.dto.js';

@ApiTags('Access')
@Controller('api/v1/auth')
export class AuthController {
  constructor(private readonly signIn: SignInService) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'logIn',
    summary: 'Sign in with e-mail and password',
    description: 'Answers an access token of 15 minutes and a refresh token that is good for one use.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiProblems({
    401: ['auth.wrong_credentials'],
    403: ['auth.no_membership'],
    422: ['auth.tenant_choice_required'],
    429: ['auth.too_many_attempts'],
  })
  login(@Body() body: LoginDto, @Facts() facts: RequestFacts): Promise<SessionTokensDto> {
    return this.signIn.login(body, facts);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'refreshTokens',
    summary: 'Exchange a refresh token for new tokens',
    description: 'A refresh token that comes a second time ends the login it belongs to, everywhere.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiProblems({
    401: ['auth.refresh_invalid', 'auth.refresh_expired', 'auth.refresh_reused'],
    409: ['auth.refresh_raced'],
  })
  refresh(@Body() body: RefreshDto, @Facts() facts: RequestFacts): Promise<SessionTokensDto> {
    return this.signIn.refresh(body.refreshToken, facts);
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'logOut',
    summary: 'End a login',
    description:
      'Revokes the refresh token and all that came of the same login. An access token lives on until it expires.',
  })
  @ApiNoContentResponse()
  logout(@Body() body: RefreshDto, @Facts() facts: RequestFacts): Promise<void> {
    return this.signIn.logout(body.refreshToken, facts);
  }
}
