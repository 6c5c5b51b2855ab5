import { type KubeObject, ofKind, type Problem } from './objects.ts';
import type { PodSpec, SecurityContext } from './pod-template.ts';
import { containersOf, type Pod, podsOf, problemAt } from './pods.ts';

interface Demand {
  readonly field: string;
  readonly met: (its: SecurityContext, pods: SecurityContext) => boolean;
  readonly remedy: string;
}

/** The pod security standard `restricted`, and a file system that nothing can be left in. */
const demands: readonly Demand[] = [
  {
    field: 'runAsNonRoot',
    met: (its, pods) => (its.runAsNonRoot ?? pods.runAsNonRoot) === true,
    remedy: 'set runAsNonRoot: true, for the pod or here',
  },
  {
    // An image whose user is a name is not started otherwise: the kubelet cannot tell who that is.
    field: 'runAsUser',
    met: (its, pods) => (its.runAsUser ?? pods.runAsUser ?? 0) > 0,
    remedy: 'set the number of a user who is not root, for the pod or here',
  },
  {
    field: 'readOnlyRootFilesystem',
    met: (its) => its.readOnlyRootFilesystem === true,
    remedy: 'set it to true; what has to be written goes to an emptyDir',
  },
  {
    field: 'allowPrivilegeEscalation',
    met: (its) => its.allowPrivilegeEscalation === false && its.privileged !== true,
    remedy: 'set it to false, and privileged not at all',
  },
  {
    field: 'capabilities',
    met: ({ capabilities }) =>
      capabilities?.drop?.includes('ALL') === true && (capabilities.add ?? []).length === 0,
    remedy: 'drop ALL, add none',
  },
  {
    field: 'seccompProfile',
    met: (its, pods) =>
      ['RuntimeDefault', 'Localhost'].includes(
        (its.seccompProfile ?? pods.seccompProfile)?.type ?? '',
      ),
    remedy: 'set type: RuntimeDefault, for the pod or here',
  },
];

/** Whoever breaks into a container finds nothing to go on with. */
export function checkPodSecurity(objects: readonly KubeObject[]): Problem[] {
  const pods = podsOf(objects);
  const containers = containersOf(pods).flatMap((placed) => {
    const { securityContext: shared = {} } = placed.pod.template.spec;
    return demands
      .filter(({ met }) => !met(placed.container.securityContext ?? {}, shared))
      .map(({ field, remedy }) =>
        problemAt(placed, `securityContext.${field}`, 'is not as it must be', remedy),
      );
  });
  return [...containers, ...pods.flatMap(hostAccess)];
}

/** A pod that is in the node's own namespaces or files is not kept in by its container. */
function hostAccess({ owner, template }: Pod): Problem[] {
  const { hostNetwork, hostPID, hostIPC, volumes = [] } = template.spec;
  const open = { hostNetwork, hostPID, hostIPC };
  const fields = Object.entries(open).flatMap(([field, value]) => (value === true ? [field] : []));
  const paths = volumes.filter(({ hostPath }) => hostPath !== undefined);
  return [...fields, ...paths.map(({ name }) => `volumes[${name}].hostPath`)].map((field) => ({
    object: owner,
    path: `spec.template.spec.${field}`,
    problem: 'reaches into the node',
    remedy: 'leave it out',
  }));
}

/** Pods have an identity of their own, and no token for a cluster that they ask nothing. */
export function checkServiceAccount(objects: readonly KubeObject[]): Problem[] {
  const accounts = ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name);
  return podsOf(objects).flatMap(({ owner, template }) => {
    const { serviceAccountName: name = 'default', automountServiceAccountToken } = template.spec;
    const at = (field: keyof PodSpec, problem: string, remedy: string) => ({
      object: owner,
      path: `spec.template.spec.${field}`,
      problem,
      remedy,
    });
    return [
      ...(name === 'default' || !accounts.includes(name)
        ? [at('serviceAccountName', `no account of its own: ${name}`, 'name one that is here')]
        : []),
      ...(automountServiceAccountToken === false
        ? []
        : [at('automountServiceAccountToken', 'a token is mounted', 'set it to false')]),
    ];
  });
}
