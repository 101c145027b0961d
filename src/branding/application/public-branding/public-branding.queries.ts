import { Query } from '@nestjs/cqrs';
import type { ImageType } from '../../domain/brand-image.js';

/** The stylesheet that follows the chat page's own. */
export class GetStylesheetQuery extends Query<string> {}

/** A picture in use; null when there is none with this hash. */
export class GetAssetQuery extends Query<{ contentType: ImageType; bytes: Buffer } | null> {
  constructor(readonly sha256: string) {
    super();
  }
}
