import { processFields } from '../../src/config/process.ts';
import type { KubeObject, Problem } from './objects.ts';
import { containersOf, type Placed, problemAt, servingPodsOf } from './pods.ts';
import { programOf } from './programs.ts';
import { variablesOf } from './variables.ts';

/** What Kubernetes gives a pod where nothing is said. */
const defaultGraceSeconds = 30;

const remedy = 'lengthen terminationGracePeriodSeconds, or shorten what has to fit into it';

/**
 * What is done before SIGTERM and after it fits into the time that the pod is given; what would be
 * left is cut off. SHUTDOWN_TIMEOUT_MS begins with SIGTERM, and SHUTDOWN_DELAY_MS is a part of it.
 */
export function checkShutdown(objects: readonly KubeObject[]): Problem[] {
  return containersOf(servingPodsOf(objects)).flatMap((placed) => {
    const { container, pod } = placed;
    const before = container.lifecycle?.preStop?.sleep?.seconds;
    if (before === undefined) {
      const why = 'is missing: routers go on sending to a pod that has ended';
      return [problemAt(placed, 'lifecycle.preStop.sleep', why, 'add one, of 10 seconds')];
    }
    const grace = pod.template.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    const { delay, drain } = drainSeconds(placed, objects);
    return [
      ...(before + drain < grace
        ? []
        : [
            problemAt(
              placed,
              'lifecycle',
              `${before} s and ${drain} s are not below ${grace} s`,
              remedy,
            ),
          ]),
      ...(delay < drain || drain === 0
        ? []
        : [problemAt(placed, 'env[SHUTDOWN_DELAY_MS]', 'leaves no time to drain', 'shorten it')]),
    ];
  });
}

function drainSeconds(placed: Placed, objects: readonly KubeObject[]) {
  if (programOf(placed.container) !== 'service') return { delay: 0, drain: 0 };
  const variables = variablesOf(placed, objects);
  const seconds = ({ name, otherwise }: { readonly name: string; readonly otherwise: string }) =>
    Number(variables.get(name)?.value ?? otherwise) / 1000;
  const { shutdownDelayMs, shutdownTimeoutMs } = processFields;
  return { delay: seconds(shutdownDelayMs), drain: seconds(shutdownTimeoutMs) };
}
