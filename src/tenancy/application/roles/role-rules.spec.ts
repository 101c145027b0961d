import { ROLES, SCOPED_PERMISSIONS } from '#libs/security';
import type { RoleDraft } from '../../infrastructure/authorities/role.repository.js';
import { assertRole, builtInRoles } from './role-rules.js';

const draft = (rest: Partial<RoleDraft> = {}): RoleDraft => ({
  name: 'Reception',
  description: '',
  permissions: ['threads:read'],
  dataScope: 'all',
  ...rest,
});

const refusal = (role: RoleDraft): unknown => {
  try {
    assertRole(role);
    return null;
  } catch (error) {
    return error;
  }
};

describe('a role of a business', () => {
  it('may have any permission where it shows everybody’s data', () => {
    expect(refusal(draft({ permissions: [...ROLES.owner] }))).toBeNull();
  });

  it.each(['team', 'mine'] as const)('of the scope %s has nothing that shows the rest', (dataScope) => {
    expect(refusal(draft({ dataScope, permissions: [...SCOPED_PERMISSIONS] }))).toBeNull();
    expect(
      refusal(draft({ dataScope, permissions: ['threads:read', 'ai:use', 'teams:write'] })),
    ).toMatchObject({
      code: 'tenancy.role_too_wide',
      options: { errors: [{ pointer: '/permissions/1' }, { pointer: '/permissions/2' }] },
    });
  });

  it('never shows people of the business by way of exports, counterparties or the trail', () => {
    for (const subject of ['privacy', 'audit', 'counterparties', 'kyb', 'webhooks', 'dead-letters', 'ai'])
      expect([...SCOPED_PERMISSIONS].filter((name) => name.startsWith(`${subject}:`))).toEqual([]);
  });

  it('does not take the name of a built-in one', () => {
    expect(refusal(draft({ name: ' Owner' }))).toMatchObject({ code: 'tenancy.role_name_reserved' });
  });

  it('stands beside four that every business has', () => {
    expect(builtInRoles((id) => id.length).map(({ id, members }) => [id, members])).toEqual([
      ['owner', 5],
      ['admin', 5],
      ['agent', 5],
      ['auditor', 7],
    ]);
  });
});
