import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

const patienceMs = 10_000;

/** A thread has not answered. */
export class SilentThreadError extends Error {
  constructor(thread: string) {
    super(`${thread} has not answered in ${patienceMs / 1000} s`);
    this.name = 'SilentThreadError';
  }
}

/** One end of a connection to a thread over which a question is a plain call. */
export interface Line {
  readonly port: MessagePort;
  /** 1 as soon as the answer is there. */
  readonly answered: Int32Array<SharedArrayBuffer>;
}

/**
 * Asks a thread and waits for its answer, with this thread standing still: for a thread that answers
 * in the next turn of its loop, which is less than a switch to it and back would take.
 *
 * @throws {SilentThreadError} after 10 s.
 */
export function ask(thread: string, { port, answered }: Line, question: unknown): unknown {
  Atomics.store(answered, 0, 0);
  port.postMessage(question);
  if (Atomics.wait(answered, 0, 0, patienceMs) === 'timed-out') throw new SilentThreadError(thread);
  return receiveMessageOnPort(port)?.message;
}

/** The other end. */
export function answer<Q>({ port, answered }: Line, reply: (question: Q) => unknown): void {
  port.on('message', (question: Q) => {
    port.postMessage(reply(question));
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
}
