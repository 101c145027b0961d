import { Command, Query } from '@nestjs/cqrs';
import type { ImageType } from '../../domain/brand-image.js';
import type { AssetKind, Branding, BrandingFields } from '../../domain/branding.js';
import type { BrandWarning } from '../../domain/colors.js';
import type { RemovedCss } from '../../infrastructure/css/sanitise-css.js';

export interface AssetView {
  url: string;
  contentType: ImageType;
  width: number;
  height: number;
  bytes: number;
}

export interface BrandingView extends Branding {
  readonly logo: AssetView | null;
  readonly favicon: AssetView | null;
  readonly warnings: BrandWarning[];
}

export class GetBrandingQuery extends Query<BrandingView> {}

/**
 * Puts everything but the pictures in place of what was. `customCss` comes as it was written; what is left of it is stored.
 * Errors: `branding.changed` (stale), `branding.css_unreadable` (invalid).
 */
export class UpdateBrandingCommand extends Command<BrandingView & { cssRemoved: readonly RemovedCss[] }> {
  constructor(
    readonly fields: BrandingFields,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}

/** Errors (422): `branding.image_invalid`, `branding.image_too_large`, `branding.image_dimensions`; `branding.changed`. */
export class PutAssetCommand extends Command<BrandingView> {
  constructor(
    readonly kind: AssetKind,
    readonly image: Buffer,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}

/** Error: `branding.image_not_found`. */
export class RemoveAssetCommand extends Command<BrandingView> {
  constructor(
    readonly kind: AssetKind,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
