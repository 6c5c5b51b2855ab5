import type { KubeObject, Problem } from './objects.ts';
import { containersOf, podsOf, problemAt } from './pods.ts';

/** Without requests a node is overfilled; without a limit one container takes it down. */
export function checkResources(objects: readonly KubeObject[]): Problem[] {
  return containersOf(podsOf(objects)).flatMap((placed) =>
    (['requests', 'limits'] as const).flatMap((kind) =>
      (['cpu', 'memory'] as const)
        .filter((resource) => placed.container.resources?.[kind]?.[resource] === undefined)
        .map((resource) =>
          problemAt(placed, `resources.${kind}.${resource}`, 'is not set', 'set what it needs'),
        ),
    ),
  );
}
