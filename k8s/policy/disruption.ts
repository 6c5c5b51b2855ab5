import { type KubeObject, matches, ofKind, type Problem } from './objects.ts';
import { labelledPodsOf } from './pods.ts';

/** A budget is about the stable pods, and lets a node be drained all the same. */
export function checkDisruptionBudget(objects: readonly KubeObject[]): Problem[] {
  const pods = labelledPodsOf(objects);
  return ofKind(objects, 'PodDisruptionBudget').flatMap((object) => {
    const { selector, minAvailable, maxUnavailable } = object.spec;
    const selected = pods.filter(({ labels }) => matches(selector?.matchLabels, labels));
    if (selected.length === 0) {
      const remedy = "take labels of the stable pods' template";
      return [{ object, path: 'spec.selector', problem: 'selects no pods', remedy }];
    }
    if (selected.some(({ canary }) => canary)) {
      const remedy = 'select the stable pods alone: a canary may go at any time';
      return [{ object, path: 'spec.selector', problem: 'selects a canary', remedy }];
    }
    if (isNone(maxUnavailable)) return [blocks(object, 'spec.maxUnavailable')];
    const replicas = Math.max(...selected.map(({ owner }) => replicasOf(owner, objects)));
    return needsAll(minAvailable, replicas) ? [blocks(object, 'spec.minAvailable')] : [];
  });
}

function blocks(object: KubeObject, path: string): Problem {
  return {
    object,
    path,
    problem: 'no pod may ever be evicted: a node cannot be drained',
    remedy: 'write maxUnavailable: 1',
  };
}

function isNone(value: number | string | undefined): boolean {
  return value === 0 || value === '0%' || value === '0';
}

function needsAll(minAvailable: number | string | undefined, replicas: number): boolean {
  if (typeof minAvailable === 'number') return minAvailable >= replicas;
  return minAvailable === '100%';
}

/** The fewest that are run: what is scaled has as many as its autoscaler leaves it. */
function replicasOf(owner: KubeObject, objects: readonly KubeObject[]): number {
  const scaler = ofKind(objects, 'HorizontalPodAutoscaler').find(
    ({ spec }) => spec.scaleTargetRef.name === owner.metadata.name,
  );
  const { replicas = 1 } = (owner as { readonly spec?: { readonly replicas?: number } }).spec ?? {};
  return scaler?.spec.minReplicas ?? replicas;
}
