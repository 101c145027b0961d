import type { Settings } from '#libs/config';
import type { DemoFile } from './demo-file.js';

const EXAMPLE = 'Hi, can I book a manicure tomorrow at 15:00?';

/** The one screen that a start ends with. */
export const welcome = (state: {
  settings: Settings;
  url: string;
  embedded: boolean;
  demo: DemoFile | null;
}): string => {
  const { settings, embedded, demo } = state;
  const url = state.url.replace('[::1]', 'localhost').replace('0.0.0.0', 'localhost');
  const { role } = settings.process;
  const model = settings.ai.apiKey
    ? `${settings.ai.model} at ${settings.ai.baseUrl}`
    : 'offline, rule-based (set OPENAI_API_KEY for a language model)';
  const whatsapp =
    settings.meta.graphUrl ??
    (settings.meta.accessToken
      ? 'https://graph.facebook.com'
      : 'built-in sandbox (set META_ACCESS_TOKEN to send for real)');
  const lines = [
    '',
    `  Frontdesk is running (${role === 'all' ? 'API and worker' : role}${embedded ? ', embedded engines' : ''}).`,
    '',
  ];
  if (role !== 'worker')
    lines.push(
      `  Chat page      ${url}/chat`,
      `  Swagger        ${url}/docs`,
      `  Health         ${url}/health`,
    );
  if (demo)
    lines.push(
      `  Sign in        ${demo.adminEmail}  /  ${demo.adminPassword}`,
      '',
      '  Send a WhatsApp message as a customer (in another terminal):',
      `    npm run demo:whatsapp -- "${EXAMPLE}"`,
    );
  lines.push(
    '',
    `  Model          ${model}`,
    `  WhatsApp       ${whatsapp}`,
    ...(embedded ? [`  Data           ${settings.process.dataDir}  (survives a restart)`] : []),
    '  Settings       .env.example lists them all; put yours into .env',
    '',
    '  Ctrl-C stops everything.',
    '',
  );
  return lines.join('\n');
};
