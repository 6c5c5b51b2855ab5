import { type KubeObject, type Labels, named, ofKind, type Problem } from './objects.ts';
import type { Container, PodTemplate } from './pod-template.ts';

/** Pods as an object describes them. */
export interface Pod {
  readonly owner: KubeObject;
  readonly template: PodTemplate;
}

/** A container and where it stands. */
export interface Placed {
  readonly pod: Pod;
  readonly container: Container;
  readonly path: string;
}

const owners = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Rollout'] as const;

/** Every template of pods. A Rollout that takes those of a Deployment has none itself. */
export function podsOf(objects: readonly KubeObject[]): Pod[] {
  return owners.flatMap((kind) =>
    ofKind(objects, kind).flatMap((owner) => {
      const { template } = owner.spec;
      return template === undefined ? [] : [{ owner, template }];
    }),
  );
}

/** Those that go on until they are told to end: they serve, and are probed. */
export function servingPodsOf(objects: readonly KubeObject[]): Pod[] {
  return podsOf(objects).filter(({ owner }) => owner.kind !== 'Job');
}

/** The containers of pods, those that run before the others among them. */
export function containersOf(pods: readonly Pod[]): Placed[] {
  return pods.flatMap((pod) =>
    (['initContainers', 'containers'] as const).flatMap((list) =>
      (pod.template.spec[list] ?? []).map((container, index) => ({
        pod,
        container,
        path: `spec.template.spec.${list}[${index}]`,
      })),
    ),
  );
}

/** A problem of a container, at a place within it. */
export function problemAt(
  { pod, container, path }: Placed,
  field: string,
  problem: string,
  remedy: string,
): Problem {
  const where = field === '' ? path : `${path}.${field}`;
  return { object: pod.owner, path: where, problem: `${container.name}: ${problem}`, remedy };
}

/** Pods by the labels that they run with, which the engines of a rollout add to. */
export interface LabelledPod extends Pod {
  readonly labels: Labels;
  /** Whether they are the side of a rollout that may go at any time. */
  readonly canary: boolean;
}

/** Every set of labels that pods have: as they are described, and as a rollout makes them. */
export function labelledPodsOf(objects: readonly KubeObject[]): LabelledPod[] {
  const targets = ofKind(objects, 'Canary').map(({ spec }) => spec.targetRef.name);
  const plain = servingPodsOf(objects).map((pod) => {
    const labels = pod.template.metadata?.labels ?? {};
    const beside = labels['app.kubernetes.io/instance'] === 'canary';
    return { ...pod, labels, canary: beside || targets.includes(pod.owner.metadata.name) };
  });
  return [...plain, ...rolloutPods(objects), ...primaryPods(objects)];
}

/** Argo Rollouts runs a Deployment's template, and gives each side labels of its own. */
function rolloutPods(objects: readonly KubeObject[]): LabelledPod[] {
  return ofKind(objects, 'Rollout').flatMap((owner) => {
    const { template: own, workloadRef, strategy } = owner.spec;
    const template = own ?? named(objects, 'Deployment', workloadRef?.name)?.spec.template;
    if (template === undefined) return [];
    const side = (canary: boolean, metadata: { readonly labels?: Labels } | undefined) => ({
      owner,
      template,
      labels: { ...template.metadata?.labels, ...metadata?.labels },
      canary,
    });
    const { stableMetadata, canaryMetadata } = strategy?.canary ?? {};
    return [side(false, stableMetadata), side(true, canaryMetadata)];
  });
}

const flaggerLabel = 'app.kubernetes.io/name';

/** Flagger runs a copy of the Deployment whose name has `-primary` at its end, in a label, too. */
function primaryPods(objects: readonly KubeObject[]): LabelledPod[] {
  return ofKind(objects, 'Canary').flatMap(({ spec }) => {
    const owner = named(objects, 'Deployment', spec.targetRef.name);
    if (owner === undefined) return [];
    const { template } = owner.spec;
    const labels = template.metadata?.labels ?? {};
    const name = `${labels[flaggerLabel]}-primary`;
    return [{ owner, template, labels: { ...labels, [flaggerLabel]: name }, canary: false }];
  });
}
