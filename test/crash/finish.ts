import { pause } from '../harness/interrupt.ts';
import { oneOf, type Random } from '../harness/random.ts';
import { asOwner } from '../harness/shop.ts';
import type { Finished } from './client.ts';
import type { Finding } from './finding.ts';
import type { Http } from './http.ts';
import { countPending } from './sources.ts';

const lookMs = 500;

/** Waits until nothing is pending any more, or the time is over; gives what is, and the seconds. */
export async function untilReconciled(
  databaseUrl: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<{ pending: number; seconds: number }> {
  const from = performance.now();
  return asOwner(databaseUrl, async (db) => {
    for (;;) {
      const pending = await countPending(db);
      const passed = performance.now() - from;
      if (pending === 0 || passed > withinMs) return { pending, seconds: passed / 1000 };
      await pause(lookMs, signal);
    }
  });
}

/** Repeats requests that were answered, on whichever replica: each gets the same bytes again. */
export async function replay(
  http: Pick<Http, 'send'>,
  requests: readonly Finished[],
  urls: () => readonly [string, ...string[]],
  random: Random,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { customer, path, key, body, status, text } of requests) {
    const call = { customer, path, post: { key, body } };
    const reply = await http.send(oneOf(random, urls()), call);
    if (reply.status === status && reply.text === text && reply.replayed) continue;
    const detail = `${path} was ${status} ${text}, repeated ${reply.status} ${reply.text}`;
    found.push({ check: 'replay', row: key, detail });
  }
  return found;
}
