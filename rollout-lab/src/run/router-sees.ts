import type { Router } from '../router/types.ts';
import type { Fleet } from '../world/fleet.ts';
import { waitUntil } from './wait.ts';

/**
 * Waits until the router has seen every replica ready: before that it would answer 503 for a
 * release that has no other one.
 *
 * @throws {TookTooLongError} when it does not in half a minute.
 */
export function routerSees(router: Router, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const seen = () => {
    const ready = new Set(router.stats().replicas.flatMap((r) => (r.ready ? [r.id] : [])));
    return fleet.replicas().every(({ id }) => ready.has(id));
  };
  const what = 'the router sees every replica ready';
  return waitUntil(seen, { what, withinMs: 30_000, everyMs: 20, signal });
}
