import { newId } from '#libs/kernel';
import type { TestTenant } from '../tenant.js';

const password = 'teapot orchard velvet';

/** Accounts, logins, members, roles, teams and keys. */
export const tenancyBodies = ({ email, password: own }: TestTenant) => ({
  signUp: {
    businessName: 'Salon',
    name: 'Olena',
    email: 'x@y.example',
    password,
    timeZone: 'Europe/Kyiv',
    country: 'UA',
  },
  answerMfaChallenge: { challengeToken: 'made up', code: '123456' },
  switchBusiness: { tenantId: newId() },
  verifyEmail: { token: 'made up' },
  confirmEmailChange: { token: 'made up' },
  askPasswordReset: { email: 'x@y.example' },
  resetPassword: { token: 'made up', password },
  acceptInvitation: { token: 'made up', name: 'Ivan', password },
  acceptMyInvitation: { token: 'made up' },
  updateMe: { name: 'Olena' },
  changePassword: { currentPassword: 'x', newPassword: password },
  askEmailChange: { password: 'x', email: 'x@y.example' },
  startMfa: { password: 'x' },
  confirmMfa: { code: '123456' },
  renewRecoveryCodes: { password: 'x', code: '123456' },
  disableMfa: { password: 'x', code: '123456' },
  endSession: { password: own },
  endOtherSessions: { password: own },
  updateSecurityPolicy: { mfaRequired: false },
  createInvitation: { email: 'x@y.example', role: 'agent' },
  logIn: { email, password: 'not the password' },
  refreshTokens: { refreshToken: 'unknown' },
  logOut: { refreshToken: 'unknown' },
  createRole: { name: 'Reception', description: 'd', permissions: ['threads:read'], dataScope: 'team' },
  updateRole: { name: 'Reception', description: 'd', permissions: ['threads:read'], dataScope: 'team' },
  createTeam: { name: 'Desk', memberIds: [] },
  updateTeam: { name: 'Desk', memberIds: [] },
  createApiKey: {
    name: 'k',
    scopes: ['services:read'],
    allowedNetworks: [],
    expiresAt: '2099-01-01T00:00:00Z',
  },
  rotateApiKey: { graceSeconds: 60 },
  changeMemberRole: { role: 'agent' },
});
