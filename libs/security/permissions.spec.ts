import { isRole, PERMISSIONS, permissionsOf, ROLES } from './permissions.js';

describe('roles', () => {
  it('gives the owner everything', () => {
    expect([...permissionsOf('owner')].sort()).toEqual(Object.keys(PERMISSIONS).sort());
  });

  it('keeps who has access to the owner', () => {
    expect([...ROLES.owner].filter((name) => !ROLES.admin.has(name))).toEqual([
      'api-keys:write',
      'members:write',
      'roles:write',
    ]);
  });

  it('lets the auditor read, take the trail out, and nothing else', () => {
    expect([...ROLES.auditor].filter((name) => !name.endsWith(':read'))).toEqual(['audit:export']);
    expect(ROLES.auditor.has('dead-letters:read')).toBe(true);
  });

  it('keeps agents from prices, hours, channels and dead letters', () => {
    for (const name of [
      'services:write',
      'staff:write',
      'calendar:write',
      'channels:write',
      'dead-letters:read',
    ] as const)
      expect(ROLES.agent.has(name)).toBe(false);
  });

  it('knows a role from what only looks like one', () => {
    expect(['owner', 'Owner', 'toString', '', null, 3].map(isRole)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
