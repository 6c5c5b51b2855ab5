import type { RunContext } from './context.ts';
import { routerSees } from './router-sees.ts';

/**
 * Starts a replica for each that has been killed since the last step, as an orchestrator would.
 * Between steps one release has all the traffic, and the new ones are of that.
 */
export async function replaceKilled(
  context: RunContext,
  faultsOf: (release: string) => string,
): Promise<void> {
  const { fleet, router, story, signal } = context;
  if (fleet.replicas().length >= context.replicas) return;
  const [[release] = [context.change.from]] = Object.entries(story.currentWeights).sort(
    ([, a], [, b]) => b - a,
  );
  while (fleet.replicas().length < context.replicas) {
    signal.throwIfAborted();
    const { id } = await fleet.start(release, faultsOf(release));
    story.say(`${id} takes the place of a replica that was killed`);
    router.set([{ release, weight: 100, replicas: fleet.replicas(release) }]);
    await routerSees(router, fleet, signal);
  }
}
