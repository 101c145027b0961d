import type { ImageType } from '../domain/brand-image.js';

const ENDINGS: Readonly<Record<ImageType, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

/** Where a picture is: another picture, another path, so that browsers may keep it for ever. */
export const assetPath = (tenantId: string, asset: { sha256: string; contentType: ImageType }): string =>
  `/brand/${tenantId}/${asset.sha256}.${ENDINGS[asset.contentType]}`;

export const stylesheetPath = (tenantId: string, version: number): string =>
  `/brand/${tenantId}/style.css?v=${version}`;
