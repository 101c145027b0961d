import { envExample, loadSettings } from './settings.js';

describe('loadSettings', () => {
  it('gives typed defaults when nothing is set, and treats an empty variable as not set', () => {
    const settings = loadSettings({ PORT: '', OPENAI_API_KEY: ' ' });
    expect(settings.http.port).toBe(3000);
    expect(settings.ai.apiKey).toBeNull();
    expect(settings.meta.graphVersion).toBe('v23.0');
  });

  it('names every wrong variable at once, and does not repeat a secret', () => {
    const load = () =>
      loadSettings({ PORT: '99999', ROLE: 'boss', SECRET_KEY: 'short-secret', AI_TEMPERATURE: 'hot' });
    expect(load).toThrow(/PORT="99999" must be a whole number from 0 to 65535/);
    expect(load).toThrow(/ROLE="boss" must be one of all, api, worker/);
    expect(load).toThrow(/AI_TEMPERATURE="hot" must be a number from 0 to 2/);
    expect(load).toThrow(/SECRET_KEY must be 32 bytes in base64/);
    expect(load).not.toThrow(/short-secret/);
  });

  it('strips the slash at the end of a URL and refuses other protocols', () => {
    expect(loadSettings({ META_GRAPH_URL: 'http://127.0.0.1:9/' }).meta.graphUrl).toBe('http://127.0.0.1:9');
    expect(() => loadSettings({ DATABASE_URL: 'mysql://x' })).toThrow(
      /DATABASE_URL must start with postgres:\/\//,
    );
  });

  it('refuses production without the secrets and engines that it must not make up', () => {
    expect(() => loadSettings({ NODE_ENV: 'production' })).toThrow(
      /DATABASE_URL is required when NODE_ENV=production/,
    );
  });

  it('documents every variable in .env.example', () => {
    expect(envExample()).toMatch(/^# META_GRAPH_VERSION=v23\.0$/m);
    expect(envExample()).not.toMatch(/^[A-Z]/m);
  });
});
