import { SalonSimulator } from './offline-model.simulator.spec-support.js';
import { readFileSync } from 'node:fs';
it('plays', async () => {
  const out: string[] = [];
  for (const block of readFileSync('/tmp/om/play.txt', 'utf8')
    .trim()
    .split(/\n\s*\n/)) {
    const s = new SalonSimulator();
    out.push('=======');
    for (const line of block.split('\n')) {
      if (line.startsWith('@lang ')) {
        s.language = line.slice(6);
        continue;
      }
      if (line.startsWith('@book ')) {
        const [svc, staff, at] = line.slice(6).split(' ');
        s.book(
          `00000000-0000-4000-8000-00000000000${svc}`,
          `00000000-0000-4000-8000-000000000${staff}`,
          at ?? '',
        );
        continue;
      }
      if (line.startsWith('@busy ')) {
        s.busy.add(line.slice(6));
        continue;
      }
      const n = s.calls.length;
      let r: string;
      try {
        r = await s.say(line);
      } catch (e) {
        r = 'THROW ' + (e as Error).stack;
      }
      out.push(
        '> ' + line,
        ...s.calls
          .slice(n)
          .map(
            (c) => '    ' + c.name + ' ' + JSON.stringify(c.args).replaceAll('00000000-0000-4000-8000-', ''),
          ),
        r,
      );
    }
  }
  process.stdout.write(out.join('\n') + '\n');
});
