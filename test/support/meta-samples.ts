import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(process.cwd(), 'test/fixtures/meta-whatsapp');

/** A recorded file under `test/fixtures/meta-whatsapp`, parsed. */
export const metaFixture = <T = unknown>(name: string): T =>
  JSON.parse(readFileSync(join(root, name), 'utf8')) as T;

/** Every recorded webhook, as `official/text-message` and `javaapi/textMessage`. */
export const recordedWebhooks = (): { name: string; body: Record<string, unknown> }[] =>
  ['official', 'javaapi'].flatMap((set) =>
    readdirSync(join(root, `webhooks-${set}`))
      .sort()
      .map((file) => ({
        name: `${set}/${file.replace(/\.json$/, '')}`,
        body: metaFixture<Record<string, unknown>>(`webhooks-${set}/${file}`),
      })),
  );

/** The bytes of a recorded webhook, by its name in `recordedWebhooks()`, as text. */
export const recordedBytes = (name: string): string => {
  const [set = '', file = ''] = name.split('/');
  return readFileSync(join(root, `webhooks-${set}`, `${file}.json`), 'utf8');
};
