import { type BrandColors, NO_COLORS } from './colors.js';

export interface Support {
  readonly email: string | null;
  /** E.164. */
  readonly phone: string | null;
  /** https. */
  readonly url: string | null;
}

/** What a business has set; null is "as it comes". */
export interface BrandingFields {
  readonly displayName: string | null;
  readonly colors: BrandColors;
  readonly support: Support;
  readonly hidePoweredBy: boolean;
  /** Sanitised. */
  readonly customCss: string;
}

export interface Branding extends BrandingFields {
  /** 0 before anything was set. */
  readonly version: number;
}

export const UNBRANDED: Branding = {
  displayName: null,
  colors: NO_COLORS,
  support: { email: null, phone: null, url: null },
  hidePoweredBy: false,
  customCss: '',
  version: 0,
};

export type AssetKind = 'logo' | 'favicon';

/** Bytes, and pixels of each side. */
export const ASSET_LIMITS: Readonly<Record<AssetKind, { bytes: number; least: number; most: number }>> = {
  logo: { bytes: 524_288, least: 16, most: 2048 },
  favicon: { bytes: 65_536, least: 16, most: 512 },
};
