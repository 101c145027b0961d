const esmOnly = [
  '@nestjs',
  'nestjs-pino',
  'uuid',
  'p-retry',
  'is-network-error',
  'openai',
  'tinyld',
  'any-ascii',
  'chrono-node',
  'content-disposition',
  'cookie',
  'piscina',
  'pdfkit',
  'htmlparser2',
  'domhandler',
  'domutils',
  'dom-serializer',
  'domelementtype',
  'entities',
];

const base = {
  rootDir: '.',
  testEnvironment: 'node',
  transform: {
    '^.+\\.[cm]?[tj]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
          target: 'es2022',
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: {
    '^#libs/(.*)$': '<rootDir>/libs/$1/index.ts',
    '^#contracts/(.*)$': '<rootDir>/src/$1/contracts/index.ts',
    '^#migrations$': '<rootDir>/migrations/index.ts',
    '^#app/(.*)$': '<rootDir>/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  clearMocks: true,
};

const suite = (name, globs, extra = {}) => ({ ...base, displayName: name, testMatch: globs, ...extra });

const engines = {
  globalSetup: '<rootDir>/libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/global-teardown.mjs',
  setupFiles: ['<rootDir>/libs/testing/engine-env.ts'],
};

export default {
  // For a machine that does other things as well: no test is slow that passes, and what hangs is still told of.
  testTimeout: 120_000,
  // What a suite with a whole application leaves in a worker adds up to its heap's limit over sixty of them: it is replaced in time.
  workerIdleMemoryLimit: '1200MB',
  projects: [
    suite('unit', ['<rootDir>/{libs,src}/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts']),
    suite('e2e', ['<rootDir>/test/{e2e,contract}/**/*.spec.ts'], engines),
    suite('concurrency', ['<rootDir>/test/concurrency/**/*.spec.ts'], engines),
    suite('fault', ['<rootDir>/test/fault/**/*.spec.ts'], engines),
  ],
};
