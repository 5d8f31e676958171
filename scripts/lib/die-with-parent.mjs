// Preloaded into every process that the launcher starts. The channel to the launcher breaks when the launcher dies,
// even by kill -9; then this process stops as on SIGTERM, and is gone after ten seconds whatever happens.
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  if (!process.connected) process.exit(1); // the launcher died while this process came up
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), 10_000).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening must not keep a process alive that has finished its work.
  process.channel.unref();
}
