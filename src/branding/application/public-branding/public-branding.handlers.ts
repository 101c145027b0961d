import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { GetTenantQuery } from '#contracts/tenancy';
import { currentTenant } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { type PublicBranding, PublicBrandingQuery } from '../../contracts/index.js';
import { BrandAssetRepository } from '../../infrastructure/brand-asset.repository.js';
import { BrandingRepository } from '../../infrastructure/branding.repository.js';
import { assetPath, stylesheetPath } from '../brand-paths.js';
import { GetAssetQuery, GetStylesheetQuery } from './public-branding.queries.js';
import { stylesheetOf } from './stylesheet.js';

@QueryHandler(PublicBrandingQuery)
export class PublicBrandingHandler implements IQueryHandler<PublicBrandingQuery> {
  constructor(
    private readonly branding: BrandingRepository,
    private readonly assets: BrandAssetRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute(): Promise<PublicBranding> {
    const tenantId = currentTenant();
    const { name } = await this.dispatcher.ask(new GetTenantQuery());
    const branding = await this.branding.find();
    const assets = await this.assets.list();
    const urlOf = (kind: 'logo' | 'favicon'): string | null => {
      const asset = assets.find((each) => each.kind === kind);
      return asset ? assetPath(tenantId, asset) : null;
    };
    return {
      tenantId,
      displayName: branding.displayName ?? name,
      colors: branding.colors,
      logoUrl: urlOf('logo'),
      faviconUrl: urlOf('favicon'),
      stylesheetUrl: stylesheetPath(tenantId, branding.version),
      support: branding.support,
      poweredBy: !branding.hidePoweredBy,
    };
  }
}

@QueryHandler(GetStylesheetQuery)
export class GetStylesheetHandler implements IQueryHandler<GetStylesheetQuery> {
  constructor(private readonly branding: BrandingRepository) {}

  async execute(): Promise<string> {
    return stylesheetOf(await this.branding.find());
  }
}

@QueryHandler(GetAssetQuery)
export class GetAssetHandler implements IQueryHandler<GetAssetQuery> {
  constructor(private readonly assets: BrandAssetRepository) {}

  execute({ sha256 }: GetAssetQuery) {
    return this.assets.bytes(sha256);
  }
}
