/** What can be asked before a tenant is known. Injectable; works outside any unit of work. */
export abstract class TenantDirectory {
  /** The id of the tenant with this slug, or null. */
  abstract idOfSlug(slug: string): Promise<string | null>;
}
