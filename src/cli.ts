import { argv, exit, stderr, stdout } from 'node:process';
import { COMMANDS } from './cli/commands.js';

const usage = (): string =>
  [
    'Usage: npm run cli -- <command>',
    '',
    ...Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(14)} ${help}`),
    '',
  ].join('\n');

const [name, ...args] = argv.slice(2);
const command = name === undefined ? undefined : COMMANDS[name];
if (!command) {
  stderr.write(usage());
  exit(name === undefined || name === 'help' ? 0 : 2);
}
try {
  await command.run(args, (line) => stdout.write(`${line}\n`));
  exit(0);
} catch (error) {
  stderr.write(`${(error as Error).message}\n`);
  exit(1);
}
