import { randomBytes } from 'node:crypto';
import { Child } from './child.mjs';

export const APP_SECRET = 'bench-app-secret-0123456789abcdef';
export const GRAPH_TOKEN = 'bench-graph-token';

/** The application as it is deployed, compiled, in a process of its own. `about` has its `port`. */
export const startApp = ({ database, engines, env = {} }) =>
  Child.start('support/app-process.mjs', {
    PORT: '0',
    // At info each answered request is a line; a file that keeps nothing pays for the line all the same.
    LOG_LEVEL: 'info',
    THROTTLE_ADDRESS_BURST: '0',
    THROTTLE_USER_BURST: '0',
    THROTTLE_KEY_BURST: '0',
    THROTTLE_TENANT_BURST: '0',
    LOG_DESTINATION: '/dev/null',
    DATABASE_URL: database.url,
    REDIS_URL: engines.redisUrl,
    REDIS_PREFIX: prefixOf(database),
    JWT_SECRET: 'bench-jwt-secret-0123456789abcdef0123456789abcdef',
    SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    SIGNING_KEY: Buffer.alloc(32, 8).toString('base64'),
    AUDIT_KEY: Buffer.alloc(32, 9).toString('base64'),
    META_APP_SECRET: APP_SECRET,
    META_VERIFY_TOKEN: 'bench-verify-token',
    META_GRAPH_URL: 'http://127.0.0.1:9',
    META_ACCESS_TOKEN: GRAPH_TOKEN,
    DEMO_SEED: 'false',
    KYB_LISTS: 'none',
    ACCESS_TOKEN_SECONDS: '3600',
    ...env,
  });

/** One for all processes on a database, and of no other. */
export const prefixOf = (database) => new URL(database.url).pathname.slice(1);

export const signIn = async (app, { email, password }) => {
  const response = await fetch(`http://127.0.0.1:${app.about.port}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return (await response.json()).accessToken;
};

export const newOwner = () => ({
  email: `owner-${randomBytes(4).toString('hex')}@example.test`,
  password: 'correct-horse-battery',
});
