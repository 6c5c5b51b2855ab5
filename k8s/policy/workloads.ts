import { type KubeObject, matches, ofKind, type Problem } from './objects.ts';
import { containersOf, podsOf, problemAt } from './pods.ts';

/** A workload selects the pods that it makes; a server refuses one that does not. */
export function checkWorkloadSelector(objects: readonly KubeObject[]): Problem[] {
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap((kind) =>
    ofKind(objects, kind)
      .filter(({ spec }) => !matches(spec.selector?.matchLabels, spec.template.metadata?.labels))
      .map((object) => ({
        object,
        path: 'spec.selector.matchLabels',
        problem: 'does not select its own pods',
        remedy: 'take labels of its template',
      })),
  );
}

/** What a container mounts is a volume of its pod. */
export function checkVolumes(objects: readonly KubeObject[]): Problem[] {
  return containersOf(podsOf(objects)).flatMap((placed) => {
    const volumes = (placed.pod.template.spec.volumes ?? []).map(({ name }) => name);
    return (placed.container.volumeMounts ?? [])
      .filter(({ name }) => !volumes.includes(name))
      .map(({ name }) =>
        problemAt(placed, 'volumeMounts', `there is no volume ${name}`, 'add it, or correct it'),
      );
  });
}

/** A rollout never has fewer pods than were asked for. */
export function checkStrategy(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'Deployment')
    .filter(({ spec }) => spec.strategy?.rollingUpdate?.maxUnavailable !== 0)
    .map((object) => ({
      object,
      path: 'spec.strategy.rollingUpdate.maxUnavailable',
      problem: 'a pod may go before another one is ready',
      remedy: 'write 0, and maxSurge: 1',
    }));
}
