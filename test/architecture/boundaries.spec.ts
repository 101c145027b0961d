import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PLANT = join('src', 'tenancy', 'application', `planted-${process.pid}`);

interface Planted {
  readonly why: string;
  readonly path: string;
  readonly code: string;
  /** The rule that must report it; null for what must pass. */
  readonly rule: string | null;
}

const BOUNDARIES = 'boundaries/dependencies';

const PLANTED: readonly Planted[] = [
  {
    why: 'a context that reaches into another one by a relative path',
    path: 'src/tenancy/application/x.ts',
    code: `import { DomainError } from '../../calendar/domain/slot-engine.js';\nexport const x = DomainError;\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'a context that reaches into another one for a type only',
    path: 'src/tenancy/application/x.ts',
    code: `import type { ChatModel } from '../../ai/domain/chat-model.js';\nexport type X = ChatModel;\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'a context that reaches into another one by a subpath',
    path: 'src/tenancy/application/x.ts',
    code: `import { x } from '#app/ai/domain/chat-model';\nexport const y = x;\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'a re-export out of another context',
    path: 'src/tenancy/contracts/x.ts',
    code: `export * from '../../ai/domain/chat-model.js';\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'a context that asks another one through its contracts',
    path: 'src/ai/application/x.ts',
    code: `import { GetTenantQuery } from '#contracts/tenancy';\nexport const x = new GetTenantQuery();\n`,
    rule: null,
  },
  {
    why: 'the domain with Nest in it',
    path: 'src/calendar/domain/x.ts',
    code: `import { Injectable } from '@nestjs/common';\nexport const x = Injectable;\n`,
    rule: 'no-restricted-imports',
  },
  {
    why: 'the domain that reads a file',
    path: 'src/calendar/domain/x.ts',
    code: `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n`,
    rule: 'no-restricted-imports',
  },
  {
    why: 'the domain that knows its infrastructure',
    path: 'src/tenancy/domain/x.ts',
    code: `import { TenantRepository } from '../infrastructure/tenant.repository.js';\nexport const x = TenantRepository;\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'the domain with the code of another context’s contracts',
    path: 'src/ai/domain/x.ts',
    code: `import { GetTenantQuery } from '#contracts/tenancy';\nexport const x = new GetTenantQuery();\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'the domain with the kernel and the types of contracts',
    path: 'src/ai/domain/x.ts',
    code: `import { newId } from '#libs/kernel';\nimport type { TenantView } from '#contracts/tenancy';\nexport const x = (t: TenantView): string => t.id + newId();\n`,
    rule: null,
  },
  {
    why: 'a use case that knows its controller',
    path: 'src/tenancy/application/x.ts',
    code: `import { LoginDto } from '../http/auth.dto.js';\nexport const x = LoginDto;\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'a library that knows a context',
    path: 'libs/http/x.ts',
    code: `import { GetTenantQuery } from '#contracts/tenancy';\nexport const x = new GetTenantQuery();\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'the kernel that stands on another library',
    path: 'libs/kernel/x.ts',
    code: `import { Settings } from '#libs/config';\nexport const x = Settings;\n`,
    rule: BOUNDARIES,
  },
  {
    why: 'the environment, read beside the settings',
    path: 'src/ai/application/x.ts',
    code: `export const x = process.env['HOME'];\n`,
    rule: 'no-restricted-properties',
  },
  {
    why: 'the environment, imported beside the settings',
    path: 'src/ai/application/x.ts',
    code: `import { env } from 'node:process';\nexport const x = env['HOME'];\n`,
    rule: 'no-restricted-imports',
  },
  {
    why: 'the wall clock, read beside Clock',
    path: 'src/ai/application/x.ts',
    code: `export const x = (): number => Date.now();\n`,
    rule: 'no-restricted-syntax',
  },
  {
    why: 'the wall clock, in a constructor',
    path: 'src/ai/domain/x.ts',
    code: `export const x = (): Date => new Date();\n`,
    rule: 'no-restricted-syntax',
  },
  {
    why: 'a date made of an instant',
    path: 'src/ai/domain/x.ts',
    code: `export const x = (at: number): Date => new Date(at);\n`,
    rule: null,
  },
  {
    why: 'a raw repository',
    path: 'src/ai/infrastructure/x.ts',
    code: `import { InjectRepository } from '@nestjs/typeorm';\nexport const x = InjectRepository;\n`,
    rule: 'no-restricted-imports',
  },
  {
    why: 'a data source outside of persistence',
    path: 'src/ai/infrastructure/x.ts',
    code: `import { DataSource } from 'typeorm';\nexport const x = DataSource;\n`,
    rule: 'no-restricted-imports',
  },
  {
    why: 'a repository taken from a manager',
    path: 'src/ai/infrastructure/x.ts',
    code: `export const x = (m: { getRepository(e: string): unknown }): unknown => m.getRepository('e');\n`,
    rule: 'no-restricted-syntax',
  },
  {
    why: 'the in-memory event bus',
    path: 'src/ai/application/x.ts',
    code: `import { EventBus } from '@nestjs/cqrs';\nexport const x = EventBus;\n`,
    rule: 'no-restricted-imports',
  },
  {
    why: 'a forward reference',
    path: 'src/ai/ai.module.ts',
    code: `import { forwardRef } from '@nestjs/common';\nexport const x = forwardRef(() => Object);\n`,
    rule: 'no-restricted-syntax',
  },
  {
    why: 'a line on the console',
    path: 'src/ai/application/x.ts',
    code: `console.log('here');\n`,
    rule: 'no-console',
  },
  {
    why: 'a default export',
    path: 'src/ai/application/x.ts',
    code: `export default 1;\n`,
    rule: 'import-x/no-default-export',
  },
  {
    why: 'any',
    path: 'src/ai/application/x.ts',
    code: `export const x = (value: any): string => String(value);\n`,
    rule: '@typescript-eslint/no-explicit-any',
  },
  {
    why: 'a suppressed rule',
    path: 'src/ai/application/x.ts',
    code: `// eslint-disable-next-line no-console\nconsole.log('here');\n`,
    rule: 'no-console',
  },
  {
    why: 'an import cycle',
    path: join(PLANT, 'a.ts'),
    code: `import { b } from './b.js';\nexport const a = (): number => b() + 1;\n`,
    rule: 'import-x/no-cycle',
  },
];

describe('the rules of the house, on planted examples', () => {
  let found: string[][];

  beforeAll(() => {
    // A cycle is found on disk; the rest needs no files.
    mkdirSync(join(ROOT, PLANT), { recursive: true });
    try {
      writeFileSync(join(ROOT, PLANT, 'a.ts'), PLANTED.at(-1)!.code);
      writeFileSync(
        join(ROOT, PLANT, 'b.ts'),
        `import { a } from './a.js';\nexport const b = (): number => a() - 1;\n`,
      );
      const answer = execFileSync(process.execPath, [join(__dirname, 'lint-planted.mjs')], {
        cwd: ROOT,
        input: JSON.stringify(PLANTED),
        encoding: 'utf8',
      });
      found = JSON.parse(answer) as string[][];
    } finally {
      rmSync(join(ROOT, PLANT), { recursive: true, force: true });
    }
  }, 60_000);

  it.each(PLANTED.map((planted, index) => ({ ...planted, index })).filter(({ rule }) => rule !== null))(
    'refuses $why',
    ({ rule, index }) => {
      expect(found[index]).toContain(rule);
    },
  );

  it.each(PLANTED.map((planted, index) => ({ ...planted, index })).filter(({ rule }) => rule === null))(
    'accepts $why',
    ({ index }) => {
      expect(found[index]).toEqual([]);
    },
  );
});
