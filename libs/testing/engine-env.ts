process.env.TZ = 'UTC';

// PGlite holds one database: two workers would empty it under each other's feet.
if (process.env.TEST_ENGINES === 'embedded' && (process.env.JEST_WORKER_ID ?? '1') !== '1') {
  throw new Error(
    'Embedded engines serve one worker: add --maxWorkers=1 (npm test does), or set TEST_DATABASE_URL and TEST_REDIS_URL.',
  );
}

// Nest ends the process when an optional package does not load. In a worker that is also Jest's own process that would
// end the whole run without a result: here it fails the suite that did it.
process.exit = (code) => {
  throw new Error(`process.exit(${code ?? ''}) was called in a test`);
};
