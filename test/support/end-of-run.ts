/** Milliseconds after the last test in which everything must be closed. */
const patience = 15_000;

/**
 * A test that fails before it closes its engine or its sockets would keep the run from ending, and a machine that builds
 * would wait for ever: say so, and end it as failed.
 */
export const mochaHooks = {
  afterAll(): void {
    setTimeout(() => {
      console.error(`the tests are over, but something was left open: ${process.getActiveResourcesInfo().join(', ')}`);
      // Mocha sets the code by the number of failures as the process ends: this comes after it.
      process.once('exit', () => {
        process.exitCode = 1;
      });
      process.exit();
    }, patience).unref();
  },
};
