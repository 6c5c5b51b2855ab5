import type { ErrorObject } from 'ajv';
import type { KubeObject, Problem } from '../policy/objects.ts';
import type { Schemas } from './schemas.ts';

/** What the schemas say of an object. */
export interface Validation {
  readonly problems: readonly Problem[];
  /** Whether what should be a list, an object or a text is one: only then can more be said of it. */
  readonly shaped: boolean;
}

/** Compares an object with the schema of its kind. */
export async function validate(object: KubeObject, schemas: Schemas): Promise<Validation> {
  const validator = await schemas.validatorOf(object.apiVersion, object.kind);
  if (validator === null) return { problems: [withoutSchema(object)], shaped: true };
  if (validator(object)) return { problems: [], shaped: true };
  const errors = validator.errors ?? [];
  return {
    problems: errors.map((error) => ({ object, ...explain(error) })),
    shaped: errors.every(({ keyword }) => keyword !== 'type'),
  };
}

function withoutSchema(object: KubeObject): Problem {
  return {
    object,
    path: 'apiVersion',
    problem: `no schema is known of ${object.kind} in ${object.apiVersion}`,
    remedy: 'correct the version, or add the module with its schema to k8s/check/modules.json',
  };
}

function explain(error: ErrorObject): Omit<Problem, 'object'> {
  const path = dotted(error.instancePath);
  const field = String(error.params.additionalProperty ?? error.params.missingProperty ?? '');
  if (error.keyword === 'additionalProperties') {
    return {
      path: join(path, field),
      problem: 'there is no such field',
      remedy: 'correct its name, or its place',
    };
  }
  if (error.keyword === 'required') {
    return { path: join(path, field), problem: 'is required', remedy: 'set it' };
  }
  const allowed = error.keyword === 'enum' ? `: ${error.params.allowedValues.join(', ')}` : '';
  return {
    path: path || '.',
    problem: `${error.message ?? error.keyword}${allowed}`,
    remedy: 'correct the value',
  };
}

/** `/spec/containers/0/name` as people write it: `spec.containers[0].name`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), '');
}

function join(path: string, part: string): string {
  return path === '' ? part : `${path}.${part}`;
}
