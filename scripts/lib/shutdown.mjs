// Stopping in order and within a bound, whatever asked for it.
import { describe, say, warn } from './console.mjs';
import { onNpmDeath } from './parent-watch.mjs';
import { Failure, killRunning } from './process.mjs';

const boundMs = 60_000;

/**
 * Listens for the reasons to stop. The first asks everything to stop, the second kills what is slow to follow, the
 * third leaves at once (the next start adopts the servers that then live on).
 *
 * @param {{ exitCodeWhenAsked?: number }} [options] 0 for what runs until it is stopped (default), else not
 */
export function shutdownPlan({ exitCodeWhenAsked = 0 } = {}) {
  const cleanups = [];
  const kills = [];
  let numAsked = 0;
  let stopping;

  const run = async (exitCode) => {
    setTimeout(() => {
      warn(`something did not stop within ${boundMs / 1_000} s; leaving it behind`);
      process.exit(1);
    }, boundMs).unref();
    killRunning('SIGTERM');
    let code = exitCode;
    for (const { name, stop } of cleanups.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        warn(`${name} did not stop cleanly: ${describe(error)}`);
        code = 1;
      }
    }
    if (numAsked > 0) say('stopped');
    process.exit(code);
  };

  const plan = {
    get isStopping() {
      return stopping !== undefined;
    },
    /** Registers what must be undone; the last one registered is undone first. `kill` is the impatient way. */
    onStop(name, stop, kill) {
      if (stopping) throw new Failure(`${name} is not started any more: stopping`);
      cleanups.push({ name, stop });
      if (kill) kills.push(kill);
    },
    stop(exitCode = 0) {
      stopping ??= run(exitCode);
      return stopping;
    },
  };

  const asked = (why) => {
    numAsked += 1;
    if (numAsked === 1) {
      say(`\nstopping (${why}) … once more to kill`);
      void plan.stop(exitCodeWhenAsked);
    } else if (numAsked === 2) {
      say('killing');
      killRunning('SIGKILL');
      for (const kill of kills) kill();
    } else {
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => asked(signal));
  onNpmDeath(() => {
    if (!plan.isStopping) asked('npm is gone'); // on Ctrl-C npm may go before us, and that is no second wish
  });
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => {
      warn(describe(error));
      void plan.stop(1);
    });
  }
  return plan;
}
