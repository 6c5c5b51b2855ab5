/**
 * Preloaded into a child process that was given an IPC channel: `node --import leash.ts program.ts`.
 * When the channel closes, which it does when the parent ends in whatever way (SIGKILL too), the
 * child gets the SIGTERM that its parent can no longer send. The leash never keeps it running.
 * A program on it must not call process.disconnect(): that reads as the parent's end.
 * A process without a channel, and a worker thread, are left alone.
 */

/** A child that still runs after this has failed to end. */
const GRACE_MS = 15_000;
/** The exit code of a process ended by SIGKILL: 128 + 9. */
const KILLED = 137;

if (process.channel !== undefined) {
  keepFromForks();
  process.channel.unref();
  process.once('disconnect', () => {
    setTimeout(() => process.exit(KILLED), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
}

/** fork() passes execArgv on. A forked worker lives from its channel, which the leash would unref. */
function keepFromForks(): void {
  const value = process.execArgv.indexOf(import.meta.url);
  if (process.execArgv[value - 1] === '--import') process.execArgv.splice(value - 1, 2);
}
