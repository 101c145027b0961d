/** Whose a host name is. Injectable; works outside any unit of work, before a tenant is known. */
export abstract class HostDirectory {
  /** Of a name as `hostOf` of `#libs/http` writes it; null: of nobody here. */
  abstract ownerOf(
    host: string,
  ): Promise<{ kind: 'installation' } | { kind: 'tenant'; tenantId: string; domain: string } | null>;
}
