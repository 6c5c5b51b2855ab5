import type { KubeObject, Problem, Rule } from '../policy/objects.ts';
import { render } from './render.ts';
import { createSchemas, type Schemas } from './schemas.ts';
import { validate } from './validate.ts';

/** What is wrong, where, what to do, and who says so. */
export interface Finding {
  readonly overlay: string;
  /** `kind/name`, '-' where nothing could be rendered. */
  readonly object: string;
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
  /** The rule, or `schema`, or `render`. */
  readonly rule: string;
}

/** One kustomization, as it was found. */
export interface Checked {
  readonly overlay: string;
  readonly objects: readonly KubeObject[];
  readonly findings: readonly Finding[];
}

/** Renders kustomizations and compares them with the schemas and the rules. */
export function createChecker(rules: readonly Rule[], schemas: Schemas = createSchemas()) {
  return async function check(overlay: string, folder: string): Promise<Checked> {
    const rendering = await render(folder);
    if ('problem' in rendering) {
      const finding = { overlay, object: '-', path: '.', problem: rendering.problem };
      const remedy = 'correct the kustomization';
      return { overlay, objects: [], findings: [{ ...finding, remedy, rule: 'render' }] };
    }
    const { objects } = rendering;
    const findings = await findingsOf(objects, rules, schemas);
    return { overlay, objects, findings: findings.map((finding) => ({ overlay, ...finding })) };
  };
}

async function findingsOf(
  objects: readonly KubeObject[],
  rules: readonly Rule[],
  schemas: Schemas,
): Promise<Omit<Finding, 'overlay'>[]> {
  const validations = await Promise.all(objects.map((object) => validate(object, schemas)));
  const bySchema = validations.flatMap(({ problems }) => problems.map((p) => told(p, 'schema')));
  // A rule looks into lists and objects: where something else stands in their place it cannot.
  if (validations.some(({ shaped }) => !shaped)) return bySchema;
  const byRule = rules.flatMap(({ name, check }) => check(objects).map((p) => told(p, name)));
  return [...bySchema, ...byRule];
}

function told({ object, ...rest }: Problem, rule: string): Omit<Finding, 'overlay'> {
  return { object: `${object.kind}/${object.metadata.name}`, ...rest, rule };
}
