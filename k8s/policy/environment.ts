import { configFields, schemaConfigFields } from '../../src/config.ts';
import type { Field } from '../../src/platform/process/fields.ts';
import type { KubeObject, Problem } from './objects.ts';
import { containersOf, type Placed, podsOf, problemAt } from './pods.ts';
import { programOf } from './programs.ts';
import { type Variable, variablesOf } from './variables.ts';

const own: readonly Field<unknown>[] = Object.values(configFields);
const schema: readonly Field<unknown>[] = Object.values(schemaConfigFields);

type Variables = ReadonlyMap<string, Variable>;

/** The program in the container knows each variable, can read it, and misses none. */
export function checkEnvironment(objects: readonly KubeObject[]): Problem[] {
  return containersOf(podsOf(objects)).flatMap((placed) => {
    const program = programOf(placed.container);
    if (program === null) return [];
    const fields = program === 'service' ? own : schema;
    const variables = variablesOf(placed, objects);
    return [
      ...[...variables.values()].flatMap((variable) => wrong(placed, variable, fields)),
      ...missing(placed, variables, fields),
    ];
  });
}

function wrong(placed: Placed, variable: Variable, fields: readonly Field<unknown>[]): Problem[] {
  const { name, value, from } = variable;
  const path = `${from}[${name}]`;
  const field = fields.find((known) => known.name === name);
  if (field !== undefined) return unreadable(placed, path, field, value);
  const byFile = fields.some((known) => known.mask !== undefined && `${known.name}_FILE` === name);
  if (byFile) return unmounted(placed, path, value);
  const remedy = 'take one of .env.example; NAME_FILE only for what may hold a secret';
  return [problemAt(placed, path, 'the program knows no such variable', remedy)];
}

/** Read as the program will read it. */
function unreadable(
  placed: Placed,
  path: string,
  field: Field<unknown>,
  value: string | undefined,
): Problem[] {
  if (value === undefined || value === '') return [];
  try {
    field.read(value);
    return [];
  } catch (error) {
    const shown = field.mask?.(value) ?? value;
    return [problemAt(placed, path, `"${shown}"`, `write ${(error as Error).message}`)];
  }
}

function unmounted(placed: Placed, path: string, file = ''): Problem[] {
  const mounts = placed.container.volumeMounts ?? [];
  if (mounts.some(({ mountPath }) => file.startsWith(`${mountPath}/`))) return [];
  const remedy = 'name a file below a mountPath of this container';
  return [problemAt(placed, path, `nothing is mounted at ${file}`, remedy)];
}

function missing(
  placed: Placed,
  variables: Variables,
  fields: readonly Field<unknown>[],
): Problem[] {
  const given = ({ name }: Pick<Field<unknown>, 'name'>) =>
    variables.has(name) || variables.has(`${name}_FILE`);
  const { schemaDatabaseUrl, databaseUrl } = schemaConfigFields;
  return fields
    .filter((field) => field.otherwise === undefined && !given(field))
    .filter(({ name }) => fields === own || name !== databaseUrl.name || !given(schemaDatabaseUrl))
    .map(({ name, means }) => problemAt(placed, `env[${name}]`, `is not set: ${means}`, 'set it'));
}
