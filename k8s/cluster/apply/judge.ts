import { describe, type Resource } from './resources.ts';
import { selects } from './selector.ts';

/** What the controllers have made of some manifests so far. */
export interface Verdict {
  readonly deployments: number;
  readonly jobs: number;
  readonly suspendedJobs: number;
  readonly budgets: number;
  readonly autoscalers: number;
  readonly pods: number;
  /** What is not yet as it has to be. */
  readonly pending: readonly string[];
  /** What waiting will not change. */
  readonly failures: readonly string[];
}

/** Judges everything that is in the namespaces of some manifests. */
export function judge(everything: readonly Resource[]): Verdict {
  const of = (kind: string) => everything.filter((resource) => resource.kind === kind);
  const pods = of('Pod');
  const jobs = of('Job');
  const deployments = of('Deployment');
  const budgets = of('PodDisruptionBudget');
  const autoscalers = of('HorizontalPodAutoscaler');
  const pending = [
    ...deployments.map(deploymentLacks),
    ...jobs.map((job) => jobLacks(job, pods)),
    ...budgets.map((budget) => budgetLacks(budget, pods)),
    ...autoscalers.map(autoscalerLacks),
  ];
  return {
    deployments: deployments.length,
    jobs: jobs.length,
    suspendedJobs: jobs.filter(({ spec }) => spec?.suspend).length,
    budgets: budgets.length,
    autoscalers: autoscalers.length,
    pods: pods.length,
    pending: pending.filter((lack) => lack !== undefined),
    failures: refusedPods(everything),
  };
}

/** Why Pods could not be created, one sentence for each that wanted them and is still there. */
export function failedCreations(everything: readonly Resource[]): string[] {
  const present = new Set(everything.map(({ metadata }) => metadata.uid));
  // Each attempt has another name for its Pod; the last one says as much as all of them.
  const sentences = new Map<string, string>();
  for (const { kind, reason, message = '', involvedObject: object } of everything) {
    if (kind !== 'Event' || reason !== 'FailedCreate' || !present.has(object?.uid)) continue;
    sentences.set(`${object?.kind}/${object?.name}`, message);
  }
  return [...sentences].map(([object, message]) => `${object}: ${message}`);
}

/** Others may pass: a Pod is tried again once its service account is there. */
function refusedPods(everything: readonly Resource[]): string[] {
  return failedCreations(everything).filter((sentence) =>
    sentence.includes('violates PodSecurity'),
  );
}

function deploymentLacks(deployment: Resource): string | undefined {
  const wanted = deployment.spec?.replicas ?? 1;
  const made = deployment.status?.replicas ?? 0;
  if (isObserved(deployment) && made === wanted) return undefined;
  return `${describe(deployment)} has ${made} of ${wanted} Pods`;
}

function jobLacks(job: Resource, pods: readonly Resource[]): string | undefined {
  const made = pods.filter((pod) => isOwnedBy(pod, job)).length;
  if (!job.spec?.suspend) return made > 0 ? undefined : `${describe(job)} has no Pod`;
  if (made > 0) return `${describe(job)} is suspended and has ${made} Pods`;
  return hasCondition(job, 'Suspended') ? undefined : `${describe(job)} is not yet suspended`;
}

function budgetLacks(budget: Resource, pods: readonly Resource[]): string | undefined {
  const selector = budget.spec?.selector;
  const { namespace } = budget.metadata;
  const selected = pods.filter(
    ({ metadata }) =>
      selector !== undefined &&
      metadata.namespace === namespace &&
      selects(selector, metadata.labels),
  );
  const expected = budget.status?.expectedPods ?? 0;
  if (isObserved(budget) && expected >= selected.length) return undefined;
  return `${describe(budget)} expects ${expected} Pods and selects ${selected.length}`;
}

/** Where its target has no number of replicas; a Rollout is given one by its controller, not here. */
const noReplicas = 'the spec replicas field';

/** Without metrics it can come no further than to say so. */
function autoscalerLacks(autoscaler: Resource): string | undefined {
  const { message = 'has no condition yet' } = autoscaler.status?.conditions?.at(0) ?? {};
  if (hasCondition(autoscaler, 'ScalingActive') || message.includes(noReplicas)) return undefined;
  return `${describe(autoscaler)}: ${message}`;
}

function hasCondition({ status }: Resource, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type) ?? false;
}

function isObserved({ metadata, status }: Resource): boolean {
  return metadata.generation === status?.observedGeneration;
}

function isOwnedBy(pod: Resource, owner: Resource): boolean {
  return pod.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}
