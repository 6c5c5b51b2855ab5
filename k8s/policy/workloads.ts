import { type KubeObject, matches, ofKind, type Problem } from './objects.ts';
import { containersOf, labelledPodsOf, podsOf, problemAt } from './pods.ts';

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

/** A policy about this project's pods is about some of them. */
export function checkNetworkPolicies(objects: readonly KubeObject[]): Problem[] {
  const jobs = ofKind(objects, 'Job').map(({ spec }) => spec.template.metadata?.labels);
  const labels = [...labelledPodsOf(objects).map((pod) => pod.labels), ...jobs];
  return ofKind(objects, 'NetworkPolicy')
    .filter(({ spec }) => {
      const wanted = spec.podSelector?.matchLabels;
      const ours = wanted?.['app.kubernetes.io/part-of'] !== undefined;
      return ours && !labels.some((its) => matches(wanted, its));
    })
    .map((object) => ({
      object,
      path: 'spec.podSelector',
      problem: 'selects no pods',
      remedy: "take labels of a pod's template",
    }));
}
