import type { Writable } from 'node:stream';

/**
 * Gives a function to call before something is written: all that is written from then on until the
 * present turn of the event loop ends, promises that are settled already included, goes out in one
 * system call. `pg` makes one for each statement; a write, and the server process that it wakes,
 * costs more than the statement's own code.
 */
export function inOneWrite(stream: Writable): () => void {
  let held = false;
  return () => {
    if (held) return;
    held = true;
    stream.cork();
    // Runs after the promises that are settled by then, and before anything new is read.
    process.nextTick(() => {
      held = false;
      stream.uncork();
    });
  };
}
