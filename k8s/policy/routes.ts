import type { BackendRef } from './kinds.ts';
import { type KubeObject, named, ofKind, type Problem } from './objects.ts';

/** A route leads to a port that the Service has. One that is not there at all is told elsewhere. */
export function checkRoutePorts(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'HTTPRoute').flatMap((object) =>
    (object.spec.rules ?? []).flatMap(({ backendRefs = [] }, rule) =>
      backendRefs.flatMap(({ name, port }, index) => {
        const ports = named(objects, 'Service', name)?.spec.ports;
        if (ports === undefined || ports.some((its) => its.port === port)) return [];
        return [
          {
            object,
            path: `spec.rules[${rule}].backendRefs[${index}].port`,
            problem: `the Service ${name} has no port ${port}`,
            remedy: `take one of ${ports.map((its) => its.port).join(', ')}`,
          },
        ];
      }),
    ),
  );
}

const header = 'x-rollout-phase';

/** Where a route splits customers, each answer says which side gave it: load is told apart by it. */
export function checkRolloutPhase(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'HTTPRoute').flatMap((object) =>
    (object.spec.rules ?? []).flatMap(({ backendRefs = [] }, rule) => {
      if (backendRefs.length < 2) return [];
      return backendRefs.flatMap((backend, index) => {
        if (saysPhase(backend)) return [];
        return [
          {
            object,
            path: `spec.rules[${rule}].backendRefs[${index}].filters`,
            problem: `an answer of ${backend.name} does not say ${header}`,
            remedy: 'have a ResponseHeaderModifier set it to stable or canary',
          },
        ];
      });
    }),
  );
}

function saysPhase({ filters = [] }: BackendRef): boolean {
  const headers = filters.flatMap(
    ({ responseHeaderModifier }) => responseHeaderModifier?.set ?? [],
  );
  return headers.some(({ name, value }) => name === header && /^(stable|canary)$/.test(value));
}
