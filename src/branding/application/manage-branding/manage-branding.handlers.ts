import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { currentTenant, DomainError } from '#libs/kernel';
import { describeImage, type ImageFacts } from '../../domain/brand-image.js';
import { ASSET_LIMITS, type AssetKind } from '../../domain/branding.js';
import { colorWarnings } from '../../domain/colors.js';
import { assertVersion } from '../../domain/errors.js';
import { BrandAssetRepository } from '../../infrastructure/brand-asset.repository.js';
import { BrandingRepository } from '../../infrastructure/branding.repository.js';
import { NO_RULE, sanitiseCss } from '../../infrastructure/css/sanitise-css.js';
import { assetPath } from '../brand-paths.js';
import {
  type AssetView,
  type BrandingView,
  GetBrandingQuery,
  PutAssetCommand,
  RemoveAssetCommand,
  UpdateBrandingCommand,
} from './manage-branding.commands.js';

@QueryHandler(GetBrandingQuery)
export class GetBrandingHandler implements IQueryHandler<GetBrandingQuery> {
  constructor(
    private readonly branding: BrandingRepository,
    private readonly assets: BrandAssetRepository,
  ) {}

  async execute(): Promise<BrandingView> {
    const branding = await this.branding.find();
    const assets = await this.assets.list();
    const viewOf = (kind: AssetKind): AssetView | null => {
      const asset = assets.find((each) => each.kind === kind);
      if (!asset) return null;
      const { contentType, width, height, bytes } = asset;
      return { url: assetPath(currentTenant(), asset), contentType, width, height, bytes };
    };
    return {
      ...branding,
      logo: viewOf('logo'),
      favicon: viewOf('favicon'),
      warnings: colorWarnings(branding.colors),
    };
  }
}

@CommandHandler(UpdateBrandingCommand)
export class UpdateBrandingHandler implements ICommandHandler<UpdateBrandingCommand> {
  constructor(
    private readonly branding: BrandingRepository,
    private readonly reader: GetBrandingHandler,
  ) {}

  async execute({ fields, expectedVersion }: UpdateBrandingCommand) {
    const { css, removed } = sanitiseCss(fields.customCss);
    if (css === '' && removed.length > 0 && removed.every(({ reason }) => reason === NO_RULE))
      throw DomainError.invalid('branding.css_unreadable', '/customCss', 'customCss has no rule in it.');
    const present = await this.branding.lock();
    assertVersion('branding.changed', expectedVersion, present.version);
    await this.branding.save({ ...fields, customCss: css });
    return { ...(await this.reader.execute()), cssRemoved: removed };
  }
}

@CommandHandler(PutAssetCommand)
export class PutAssetHandler implements ICommandHandler<PutAssetCommand> {
  constructor(
    private readonly branding: BrandingRepository,
    private readonly assets: BrandAssetRepository,
    private readonly reader: GetBrandingHandler,
  ) {}

  async execute({ kind, image, expectedVersion }: PutAssetCommand): Promise<BrandingView> {
    const facts = inspected(kind, image);
    const present = await this.branding.lock();
    assertVersion('branding.changed', expectedVersion, present.version);
    await this.assets.put(kind, image, facts);
    await this.branding.touch();
    return this.reader.execute();
  }
}

@CommandHandler(RemoveAssetCommand)
export class RemoveAssetHandler implements ICommandHandler<RemoveAssetCommand> {
  constructor(
    private readonly branding: BrandingRepository,
    private readonly assets: BrandAssetRepository,
    private readonly reader: GetBrandingHandler,
  ) {}

  async execute({ kind, expectedVersion }: RemoveAssetCommand): Promise<BrandingView> {
    const present = await this.branding.lock();
    assertVersion('branding.changed', expectedVersion, present.version);
    if (!(await this.assets.remove(kind)))
      throw new DomainError('not-found', 'branding.image_not_found', `There is no ${kind} to remove.`);
    await this.branding.touch();
    return this.reader.execute();
  }
}

const inspected = (kind: AssetKind, image: Buffer): ImageFacts => {
  const { bytes, least, most } = ASSET_LIMITS[kind];
  if (image.length > bytes)
    throw refuse(
      'branding.image_too_large',
      `The ${kind} may have at most ${bytes} bytes; it has ${image.length}.`,
    );
  const facts = describeImage(image);
  if (!facts)
    throw refuse(
      'branding.image_invalid',
      `The ${kind} must be a PNG, JPEG or WebP image; SVG is not taken.`,
    );
  const { width, height } = facts;
  if (Math.min(width, height) < least || Math.max(width, height) > most)
    throw refuse(
      'branding.image_dimensions',
      `Each side of the ${kind} must have ${least} to ${most} pixels; it has ${width} x ${height}.`,
    );
  return facts;
};

const refuse = (code: string, detail: string): DomainError => DomainError.invalid(code, '/data', detail);
