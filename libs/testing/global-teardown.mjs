const LINGER_MS = 5_000;

/** Ends what `global-setup.mjs` has started; a watching Jest sets up again for its next run. */
export default async ({ watch, watchAll }) => {
  const engines = globalThis.frontdeskEngines;
  if (!engines) return;
  delete globalThis.frontdeskEngines;
  for (const name of engines.forget) delete process.env[name];
  await engines.stop();
  if (watch || watchAll) return;
  // A suite that failed may have left a client that reconnects for ever; Jest's exit code is set by then.
  setTimeout(() => {
    console.error('Jest was ended: a suite left a connection or a timer open.');
    process.exit();
  }, LINGER_MS).unref();
};
