import { describeImage } from '../../domain/brand-image.js';

const DATA_IMAGE = /^data:(image\/(?:png|jpeg|webp));base64,([a-z0-9+/]+={0,2})$/i;

/** Whether a URL is a PNG, JPEG or WebP written into the stylesheet itself. It must be what it says it is. */
export const isDataImage = (url: string): boolean => {
  const [, type, data] = DATA_IMAGE.exec(url) ?? [];
  if (type === undefined || data === undefined) return false;
  return describeImage(Buffer.from(data, 'base64'))?.contentType === type.toLowerCase();
};
