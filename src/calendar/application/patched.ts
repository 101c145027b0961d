/** A row with the given fields in place of its own and the next version. An undefined field is one that was not given. */
export const patched = <T extends { version: number }>(present: T, patch: Partial<NoInfer<T>>): T => ({
  ...present,
  ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)),
  version: present.version + 1,
});
