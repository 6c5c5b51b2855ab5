import type { Roll, RunContext } from '../run/context.ts';
import { routerSees } from '../run/router-sees.ts';

/** Splits the customers: `weight` percent to the new release, by the hash of a customer's id. */
export async function splitCustomers(
  context: RunContext,
  { from, to }: Roll,
  weight: number,
): Promise<void> {
  await context.router.set([
    { release: from, weight: 100 - weight, replicas: context.fleet.replicas(from) },
    { release: to, weight, replicas: context.fleet.replicas(to) },
  ]);
  context.story.weights({ [from]: 100 - weight, [to]: weight });
}

/** Gives every request to whichever replica has the least to do, of both releases. */
export async function shareAmongAll(context: RunContext, { from, to }: Roll): Promise<void> {
  const replicas = context.fleet.replicas();
  await context.router.set([{ release: from, weight: 100, replicas }]);
  const share = (release: string) =>
    Math.round((100 * context.fleet.replicas(release).length) / replicas.length);
  context.story.weights({ [from]: 100 - share(to), [to]: share(to) });
}

/** Starts replicas of a release, one at a time, until there are `count`; each is in the router then. */
export async function startUpTo(
  context: RunContext,
  { release, count, faults }: { release: string; count: number; faults: string },
  route: () => Promise<void>,
): Promise<void> {
  while (context.fleet.replicas(release).length < count) {
    context.signal.throwIfAborted();
    await context.fleet.start(release, faults);
    await route();
    await routerSees(context.router, context.fleet, context.signal);
  }
}

/** Ends replicas by signal first and by routing last: that a replica drains is part of the test. */
export async function endDownTo(
  context: RunContext,
  { release, count }: { release: string; count: number },
  route: () => Promise<void>,
): Promise<void> {
  for (const replica of context.fleet.replicas(release).slice(count)) {
    context.signal.throwIfAborted();
    await context.fleet.stop(replica.id);
    await route();
  }
}

/** Ends what is left of one release, all at once: no customer reaches it any more. */
export async function leaveAllTo(context: RunContext, stays: string, gone: string): Promise<void> {
  context.signal.throwIfAborted();
  await Promise.all(context.fleet.replicas(gone).map(({ id }) => context.fleet.stop(id)));
  const replicas = context.fleet.replicas(stays);
  await context.router.set([{ release: stays, weight: 100, replicas }]);
  context.story.weights({ [stays]: 100 });
}
