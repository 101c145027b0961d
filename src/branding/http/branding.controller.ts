import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, IfMatch, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import {
  GetBrandingQuery,
  PutAssetCommand,
  RemoveAssetCommand,
  UpdateBrandingCommand,
} from '../application/manage-branding/manage-branding.commands.js';
import { UNBRANDED } from '../domain/branding.js';
import { BrandingDto, PutBrandImageDto, UpdateBrandingDto, UpdatedBrandingDto } from './branding.dto.js';

const IMAGE_PROBLEMS = {
  412: ['branding.changed'],
  422: ['branding.image_invalid', 'branding.image_too_large', 'branding.image_dimensions'],
} as const;

@ApiTags('Branding')
@Controller('api/v1/branding')
export class BrandingController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('branding:read')
  @ApiOperation({ operationId: 'getBranding', summary: 'Read how the business looks to its customers' })
  @ApiOkResponse({ type: BrandingDto })
  async get(): Promise<BrandingDto> {
    return this.dispatcher.ask(new GetBrandingQuery());
  }

  @Put()
  @Permission('branding:write')
  @ApiOperation({
    operationId: 'putBranding',
    summary: 'Set name, colors, contacts and styles',
    description:
      'Puts everything but the pictures in place of what was. Styles may have rules, `@media` and `@keyframes`; no `@import`, no `url()` but PNG, JPEG or WebP as `data:`, no attribute selectors, nothing that lays one thing over another.',
  })
  @ApiOkResponse({ type: UpdatedBrandingDto })
  @ApiProblems({ 412: ['branding.changed'], 422: ['branding.css_unreadable'] })
  async put(
    @Body() body: UpdateBrandingDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<UpdatedBrandingDto> {
    const { displayName, colors, support, hidePoweredBy, customCss } = body;
    const updated = await this.dispatcher.request(
      new UpdateBrandingCommand(
        {
          displayName: displayName ?? null,
          colors: { ...UNBRANDED.colors, ...withoutAbsent(colors) },
          support: { ...UNBRANDED.support, ...withoutAbsent(support) },
          hidePoweredBy: hidePoweredBy ?? false,
          customCss: customCss ?? '',
        },
        expectedVersion,
      ),
    );
    return { ...updated, cssRemoved: [...updated.cssRemoved] };
  }

  @Put('logo')
  @Permission('branding:write')
  @ApiOperation({
    operationId: 'putLogo',
    summary: 'Set the logo',
    description: 'What it is is read from its bytes.',
  })
  @ApiOkResponse({ type: BrandingDto })
  @ApiProblems(IMAGE_PROBLEMS)
  putLogo(
    @Body() { data }: PutBrandImageDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<BrandingDto> {
    return this.dispatcher.request(new PutAssetCommand('logo', Buffer.from(data, 'base64'), expectedVersion));
  }

  @Delete('logo')
  @Permission('branding:write')
  @ApiOperation({ operationId: 'removeLogo', summary: 'Remove the logo' })
  @ApiOkResponse({ type: BrandingDto })
  @ApiProblems({ 404: ['branding.image_not_found'], 412: ['branding.changed'] })
  removeLogo(@IfMatch() expectedVersion: number | undefined): Promise<BrandingDto> {
    return this.dispatcher.request(new RemoveAssetCommand('logo', expectedVersion));
  }

  @Put('favicon')
  @Permission('branding:write')
  @ApiOperation({ operationId: 'putFavicon', summary: 'Set the icon of the browser tab' })
  @ApiOkResponse({ type: BrandingDto })
  @ApiProblems(IMAGE_PROBLEMS)
  putFavicon(
    @Body() { data }: PutBrandImageDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<BrandingDto> {
    return this.dispatcher.request(
      new PutAssetCommand('favicon', Buffer.from(data, 'base64'), expectedVersion),
    );
  }

  @Delete('favicon')
  @Permission('branding:write')
  @ApiOperation({ operationId: 'removeFavicon', summary: 'Remove the icon of the browser tab' })
  @ApiOkResponse({ type: BrandingDto })
  @ApiProblems({ 404: ['branding.image_not_found'], 412: ['branding.changed'] })
  removeFavicon(@IfMatch() expectedVersion: number | undefined): Promise<BrandingDto> {
    return this.dispatcher.request(new RemoveAssetCommand('favicon', expectedVersion));
  }
}

const withoutAbsent = <T extends object>(fields: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
