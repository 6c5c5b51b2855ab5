import { type KubeObject, named } from './objects.ts';
import type { Placed } from './pods.ts';

/** A variable as a container gets it. */
export interface Variable {
  readonly name: string;
  /** Absent where it is only known when the pod runs. */
  readonly value: string | undefined;
  /** Where it is set, within the container. */
  readonly from: string;
}

/** The environment of a container, with that of its ConfigMaps; what is written last counts. */
export function variablesOf(
  { container }: Placed,
  objects: readonly KubeObject[],
): ReadonlyMap<string, Variable> {
  const shared = (container.envFrom ?? []).flatMap(({ configMapRef }) => {
    const { data = {} } = named(objects, 'ConfigMap', configMapRef?.name) ?? {};
    const from = `envFrom[${configMapRef?.name}]`;
    return Object.entries(data).map(([name, value]) => ({ name, value, from }));
  });
  const own = (container.env ?? []).map(({ name, value }) => ({ name, value, from: 'env' }));
  return new Map([...shared, ...own].map((variable) => [variable.name, variable]));
}
