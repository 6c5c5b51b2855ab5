import type { Replica } from '../world/fleet.ts';
import { ProcessFailedError } from '../world/processes.ts';
import type { RunContext } from './context.ts';
import { routerSees } from './router-sees.ts';

/**
 * Starts a replica for each that has ended unasked since the last step, as an orchestrator would.
 * Between steps one release has all the traffic, and the new ones are of that. One that does not
 * come up is told of and left: it may be that the release must not run on the schema any more.
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
    const started = await startAgain(context, release, faultsOf(release));
    if (started === null) return;
    story.say(`${started.id} takes the place of a replica that was killed`);
    await router.set([{ release, weight: 100, replicas: fleet.replicas(release) }]);
    await routerSees(router, fleet, signal);
  }
}

async function startAgain(
  { fleet, story }: RunContext,
  release: string,
  faults: string,
): Promise<Replica | null> {
  try {
    return await fleet.start(release, faults);
  } catch (error) {
    if (!(error instanceof ProcessFailedError)) throw error;
    const [reason = ''] = error.message.split('\n');
    story.say(`no replica of ${release} comes up again: ${reason.replace(/:$/, '')}`);
    return null;
  }
}
