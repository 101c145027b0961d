import { COMMANDS } from './cli/commands.js';

const usage = (): string =>
  [
    'Usage: npm run cli -- <command>',
    '',
    ...Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(14)} ${help}`),
    '',
  ].join('\n');

const [name, ...args] = process.argv.slice(2);
const command = name === undefined ? undefined : COMMANDS[name];
if (!command) {
  process.stderr.write(usage());
  process.exit(name === undefined || name === 'help' ? 0 : 2);
}
try {
  const run = await command.load();
  await run(args, (line) => process.stdout.write(`${line}\n`));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
