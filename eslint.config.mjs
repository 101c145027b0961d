import boundaries from 'eslint-plugin-boundaries';
import { importX } from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts'];
const TESTS = [...SPECS, 'test/**', 'libs/testing/**', 'bench/**'];
const TOOLS = ['scripts/**', 'bench/**', 'libs/testing/**', '*.config.mjs'];

const NO_CLOCK = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    message: 'Inject Clock of #libs/kernel: now() is the only source of "now".',
  },
  {
    selector:
      'CallExpression[callee.object.name=/^(Date|DateTime)$/][callee.property.name=/^(now|local|utc)$/][arguments.length=0]',
    message: 'Inject Clock of #libs/kernel: now() is the only source of "now".',
  },
];
const NO_RAW_REPOSITORY = [
  {
    selector:
      'MemberExpression[property.name=/^(getRepository|getTreeRepository|createQueryRunner|createEntityManager)$/]',
    message: 'Database work goes through UnitOfWork of #libs/persistence.',
  },
];
const NO_FORWARD_REF = [
  {
    selector: 'CallExpression[callee.name="forwardRef"]',
    message: 'A cycle between modules is a design fault: no forwardRef.',
  },
];

const typeorm = {
  name: 'typeorm',
  importNames: ['DataSource', 'Repository', 'EntityManager', 'getConnection', 'getRepository'],
  message: 'Database work goes through UnitOfWork of #libs/persistence.',
};
const nestTypeorm = {
  name: '@nestjs/typeorm',
  message: 'Database work goes through UnitOfWork of #libs/persistence.',
};
const nestCommon = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'A cycle between modules is a design fault: no forwardRef.',
};
const nestCqrs = {
  name: '@nestjs/cqrs',
  importNames: ['EventBus', 'EventPublisher', 'EventsHandler', 'Saga'],
  message: 'The in-memory event bus drops errors: tell through Outbox of #libs/messaging.',
};
const process = ['node:process', 'process'].map((name) => ({
  name,
  message: 'Configuration comes from Settings of #libs/config.',
}));

/** Elements by the innermost folder that matches; `context` is the name of the bounded context. */
const layer = (name) => ({ type: name, pattern: `src/*/${name}`, capture: ['context'], partialMatch: false });
const elements = [
  layer('contracts'),
  layer('domain'),
  layer('application'),
  layer('infrastructure'),
  layer('http'),
  // What stands around the contexts: it starts them, and sets up a demo through their public faces.
  { type: 'shell', pattern: ['src/cli', 'src/demo'], partialMatch: false },
  { type: 'context', pattern: 'src/*', capture: ['context'], partialMatch: false },
  { type: 'lib', pattern: 'libs/*', capture: ['lib'], partialMatch: false },
  { type: 'migrations', pattern: 'migrations', partialMatch: false },
  { type: 'test', pattern: 'test', partialMatch: false },
];

const own = (...types) => ({
  element: { type: types, captured: { context: '{{ from.element.captured.context }}' } },
});
const policies = [
  // Between contexts there are contracts only.
  {
    from: { element: { type: ['application', 'infrastructure', 'http', 'context'] } },
    allow: { to: [{ element: { type: 'contracts' } }, { element: { type: 'lib' } }] },
  },
  {
    from: { element: { type: 'contracts' } },
    allow: {
      to: [{ element: { type: 'contracts' } }, { element: { type: 'lib', captured: { lib: 'kernel' } } }],
    },
  },
  {
    from: { element: { type: 'domain' } },
    allow: { to: [own('domain', 'contracts'), { element: { type: 'lib', captured: { lib: 'kernel' } } }] },
  },
  {
    from: { element: { type: 'domain' } },
    allow: { to: { element: { type: 'contracts' } }, dependency: { kind: 'type' } },
  },
  {
    from: { element: { type: 'shell' } },
    allow: {
      to: [{ element: { type: ['contracts', 'lib', 'shell', 'migrations'] } }],
    },
  },
  // Inside a context the layers look inwards.
  {
    from: { element: { type: 'application' } },
    allow: { to: own('domain', 'application', 'infrastructure') },
  },
  {
    from: { element: { type: 'infrastructure' } },
    allow: { to: own('domain', 'application', 'infrastructure') },
  },
  {
    from: { element: { type: 'http' } },
    allow: { to: own('domain', 'application', 'infrastructure', 'http') },
  },
  {
    from: { element: { type: 'context' } },
    allow: { to: own('domain', 'application', 'infrastructure', 'http', 'context') },
  },
  // libs stand on libs, the kernel on nothing; migrations use libs, for row level security.
  { from: { element: { type: 'lib' } }, allow: { to: { element: { type: 'lib' } } } },
  {
    from: { element: { type: 'lib', captured: { lib: 'kernel' } } },
    disallow: { to: { element: { type: 'lib', captured: { lib: '!kernel' } } } },
  },
  {
    from: { element: { type: 'lib', captured: { lib: 'testing' } } },
    allow: { to: { element: { type: 'migrations' } } },
  },
  {
    from: { element: { type: 'migrations' } },
    allow: { to: [{ element: { type: 'lib' } }, { element: { type: 'migrations' } }] },
  },
  { from: { element: { type: 'test' } }, allow: { to: { element: { type: '*' } } } },
  // A spec may use the builders and fakes that the other tests use.
  {
    from: { file: { categories: 'spec' } },
    allow: { to: [{ element: { type: 'test' } }, { element: { type: 'lib' } }] },
  },
];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.data/**',
      'coverage/**',
      'openapi/**',
      'test/fixtures/**',
      'src/**/public/**',
      'sdk/typescript/src/generated/**',
    ],
  },
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { boundaries, 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })],
      // Without these two no-cycle reads no TypeScript and passes in silence.
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import/resolver': { typescript: { project: './tsconfig.json' } },
      'boundaries/elements': elements,
      'boundaries/elements-single-match': true,
      'boundaries/files': [{ category: 'spec', pattern: '**/*.spec.ts' }],
      'boundaries/include': ['src/**/*.ts', 'libs/**/*.ts', 'migrations/**/*.ts', 'test/**/*.ts'],
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Configuration comes from Settings of #libs/config.' },
      ],
      'no-restricted-imports': ['error', { paths: [typeorm, nestTypeorm, nestCommon, nestCqrs, ...process] }],
      'no-restricted-syntax': ['error', ...NO_CLOCK, ...NO_RAW_REPOSITORY, ...NO_FORWARD_REF],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      // Nest modules and errors without members of their own are classes for the sake of their identity.
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowEmpty: true, allowStaticOnly: true },
      ],
      // Settings is a class and an interface at once: a token that is also its type.
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      // Controllers answer plain objects of the shape of their DTO; providers' old fields are sent on purpose.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
    },
  },
  {
    name: 'the domain is plain TypeScript',
    files: ['src/*/domain/**/*.ts'],
    ignores: SPECS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // Relative paths are the business of the boundaries.
              regex: '^(?!\\.{1,2}/|#libs/kernel$|#contracts/|node:crypto$)',
              message: 'The domain is plain TypeScript: #libs/kernel, contracts and itself.',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'the one place that opens the database',
    files: ['libs/persistence/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [nestCommon, nestCqrs, ...process] }],
      'no-restricted-syntax': ['error', ...NO_CLOCK, ...NO_FORWARD_REF],
    },
  },
  {
    name: 'the one place that reads the clock',
    files: ['libs/kernel/clock.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    name: 'the embedded engines: a process of their own, without Nest',
    files: ['libs/embedded/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...NO_RAW_REPOSITORY, ...NO_FORWARD_REF],
      'no-console': 'off',
    },
  },
  {
    name: 'the client for integrators: it stands alone, and has no clock to inject',
    files: ['sdk/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off', 'boundaries/dependencies': 'off' },
  },
  {
    name: 'the one place that reads the environment',
    files: ['libs/config/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    name: 'tests',
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...NO_FORWARD_REF],
      'no-restricted-properties': 'off',
      'no-restricted-imports': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: TOOLS,
    rules: { 'no-console': 'off', 'import-x/no-default-export': 'off', 'no-restricted-properties': 'off' },
  },
);
