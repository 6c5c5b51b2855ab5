import { type DestinationStream, pino } from 'pino';

/** Lines are written together when they come to this many bytes: a page, some twenty answers. */
const bufferBytes = 4_096;
/** Longest that a line waits for others, in milliseconds. */
const flushMs = 1_000;
/** When nobody reads what is written, lines beyond this are lost and the memory is not. */
const mostBytes = 4 * 1024 * 1024;

/** Where lines go, in their order. */
export interface LogOutput extends DestinationStream {
  /** Writes what is buffered; calls back when everything so far has been written, or cannot be. */
  flush(done?: (error?: Error | null) => void): void;
  flushSync(): void;
}

/** Standard output. What is buffered is written when the process exits; SIGKILL loses it. */
export function standardOutput(onDrop: () => void): LogOutput {
  return openOutput({ dest: 1, periodicFlush: flushMs }, onDrop);
}

/**
 * An open file, buffered. Its own `flush` does nothing while it is writing: what came meanwhile waited for
 * the next one, up to `flushMs`. Here it is written as soon as that write is through.
 */
export function openOutput(
  to: { readonly dest: number; readonly periodicFlush?: number },
  onDrop: () => void,
): LogOutput {
  const output = pino.destination({
    ...to,
    sync: false,
    minLength: bufferBytes,
    maxLength: mostBytes,
  });
  let again = false;
  const waiting = new Set<() => void>();
  output.on('drop', onDrop);
  output.on('drain', () => {
    if (again) {
      again = false;
      output.flush();
      return;
    }
    for (const settle of waiting) settle();
  });
  return {
    write: (line) => void output.write(line),
    flush(done) {
      if (done !== undefined) {
        const settle = (error?: Error) => {
          output.off('error', settle);
          waiting.delete(settle);
          done(error ?? null);
        };
        waiting.add(settle);
        output.once('error', settle);
      }
      again = true;
      output.flush();
    },
    flushSync: () => output.flushSync(),
  };
}
