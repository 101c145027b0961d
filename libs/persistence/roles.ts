/** Owns nothing and bypasses nothing: every unit of work of a tenant runs as this role. */
export const APP_ROLE = 'frontdesk_app';
/** Sees across tenants, only where a policy names it. */
export const SYSTEM_ROLE = 'frontdesk_system';
