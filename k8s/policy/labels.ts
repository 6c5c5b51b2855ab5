import type { KubeObject, Labels, Problem } from './objects.ts';
import { podsOf } from './pods.ts';

const recommended = ['name', 'component', 'part-of'].map((name) => `app.kubernetes.io/${name}`);

/** By these labels things are found, and counted, that belong together. */
export function checkLabels(objects: readonly KubeObject[]): Problem[] {
  const own = objects.flatMap((object) =>
    missing(object, 'metadata.labels', object.metadata.labels),
  );
  const pods = podsOf(objects).flatMap(({ owner, template }) =>
    missing(owner, 'spec.template.metadata.labels', template.metadata?.labels),
  );
  return [...own, ...pods];
}

function missing(object: KubeObject, path: string, labels: Labels = {}): Problem[] {
  return recommended
    .filter((label) => labels[label] === undefined)
    .map((label) => ({ object, path, problem: `has no ${label}`, remedy: 'add it' }));
}
