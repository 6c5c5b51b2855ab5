import { pause } from '../harness/interrupt.ts';
import { oneOf, type Random } from '../harness/random.ts';
import type { Call, Http, Reply } from './http.ts';
import type { ClientKind } from './told.ts';

export interface Sender {
  readonly http: Pick<Http, 'send'>;
  readonly random: Random;
  /** Addresses of the replicas, of those that are down as well: a client does not know. */
  readonly urls: () => readonly [string, ...string[]];
  readonly signal: AbortSignal;
  /** When a client that repeats gives up; moved while the load runs. */
  readonly giveUpAt: () => number;
  readonly onRetry: () => void;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Sends a request to some replica. A `retry` client repeats it, on whichever, until it has a
 * definite answer; null when there was none in time.
 */
export async function sendAs(kind: ClientKind, sender: Sender, call: Call): Promise<Reply | null> {
  const { http, random, urls, signal } = sender;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    signal.throwIfAborted();
    const reply = await http.send(oneOf(random, urls()), call);
    if (kind === 'once' || isDefinite(reply)) return reply;
    if (performance.now() > sender.giveUpAt()) return null;
    await pause(pauseMs * (0.5 + random()), signal);
    sender.onRetry();
  }
}

/** Whether repeating the request cannot change the answer. */
function isDefinite({ status, code }: Reply): boolean {
  if (status === 0 || status >= 500 || status === 429) return false;
  return code !== 'request-in-progress';
}
