import type { KubeObject, Problem } from './objects.ts';
import type { Probe } from './pod-template.ts';
import { containersOf, type Placed, problemAt, servingPodsOf } from './pods.ts';
import { serves } from './serves.ts';

const kinds = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

interface PlacedProbe {
  readonly placed: Placed;
  readonly kind: (typeof kinds)[number];
  readonly probe: Probe | undefined;
}

function probesOf(objects: readonly KubeObject[]): PlacedProbe[] {
  return containersOf(servingPodsOf(objects))
    .filter(({ path }) => !path.includes('.initContainers['))
    .flatMap((placed) => kinds.map((kind) => ({ placed, kind, probe: placed.container[kind] })));
}

/** Whoever serves says when it has started, whether it may get traffic, and whether it lives. */
export function checkProbes(objects: readonly KubeObject[]): Problem[] {
  return probesOf(objects)
    .filter(({ probe }) => probe === undefined)
    .map(({ placed, kind }) => problemAt(placed, kind, 'is missing', 'add it'));
}

/** A probe goes to a port that the container names. */
export function checkProbePorts(objects: readonly KubeObject[]): Problem[] {
  return probesOf(objects).flatMap(({ placed, kind, probe }) => {
    const port = probe?.httpGet?.port;
    const ports = placed.container.ports ?? [];
    const known = ports.some(({ name, containerPort }) => port === name || port === containerPort);
    if (port === undefined || known) return [];
    const remedy = `name one of ports: ${ports.map(({ name }) => name).join(', ')}`;
    return [problemAt(placed, `${kind}.httpGet.port`, `there is no port ${port}`, remedy)];
  });
}

/** A probe asks for a path that the program in the container answers. */
export function checkProbePaths(objects: readonly KubeObject[]): Problem[] {
  return probesOf(objects).flatMap(({ placed, kind, probe }) => {
    const path = probe?.httpGet?.path;
    if (path === undefined || serves(placed.container, path) !== false) return [];
    const remedy = 'take one that src/platform/http/health.ts or src/cli/gate-server registers';
    return [problemAt(placed, `${kind}.httpGet.path`, `nobody answers ${path}`, remedy)];
  });
}
