import { Injectable } from '@nestjs/common';
import { SystemFunctions } from '#libs/persistence';
import { TenantDirectory } from '../contracts/index.js';

@Injectable()
export class SystemTenantDirectory extends TenantDirectory {
  constructor(private readonly system: SystemFunctions) {
    super();
  }

  async idOfSlug(slug: string): Promise<string | null> {
    const [row] = await this.system.call<{ tenant_id: string }>('find_tenant', [slug]);
    return row?.tenant_id ?? null;
  }
}
