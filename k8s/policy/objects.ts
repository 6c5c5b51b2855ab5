import type { Kinds } from './kinds.ts';

/** Any object of a manifest. What is in it is looked at by its kind: `ofKind`. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
}

export type Labels = Readonly<Record<string, string>>;

/** What is wrong with an object, where, and what to do about it. */
export interface Problem {
  readonly object: KubeObject;
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/** One thing that the project asks of its manifests. */
export interface Rule {
  readonly name: string;
  /** Looks at everything that is applied together. */
  readonly check: (objects: readonly KubeObject[]) => readonly Problem[];
}

/** The objects of a kind, which the schemas have found to be of its shape. */
export function ofKind<K extends keyof Kinds>(
  objects: readonly KubeObject[],
  kind: K,
): readonly (KubeObject & Kinds[K])[] {
  return objects.filter((object): object is KubeObject & Kinds[K] => object.kind === kind);
}

/** The object of a kind and name. */
export function named<K extends keyof Kinds>(
  objects: readonly KubeObject[],
  kind: K,
  name: string | undefined,
): (KubeObject & Kinds[K]) | undefined {
  return ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
}

/** Whether labels are those that a selector asks for. */
export function matches(selector: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}
