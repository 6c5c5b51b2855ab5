import { answeredAt } from './tally.ts';
import type { Observation, Second } from './types.ts';

/**
 * The seconds after `after` that have passed at `to` (epoch ms). By the second of the answer, not of the request: a second that has passed is complete then, and no
 * late answer changes it.
 */
export function secondsOf(requests: readonly Observation[], after: number, to: number): Second[] {
  const second = (o: Observation) => Math.floor(answeredAt(o) / 1000);
  const isPast = (at: number) => at > after && (at + 1) * 1000 <= to;
  const groups = Map.groupBy(
    requests.filter((o) => isPast(second(o))),
    second,
  );
  return [...groups]
    .map(([at, group]) => ({
      at,
      failed: group.filter(({ ok }) => !ok).length,
      latencies: group.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
    }))
    .sort((a, b) => a.at - b.at);
}
