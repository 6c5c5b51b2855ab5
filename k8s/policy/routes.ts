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
