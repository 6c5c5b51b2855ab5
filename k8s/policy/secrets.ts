import { configFields, schemaConfigFields } from '../../src/config.ts';
import type { Field } from '../../src/platform/process/fields.ts';
import { type KubeObject, ofKind, type Problem } from './objects.ts';
import { containersOf, podsOf, problemAt } from './pods.ts';
import { variablesOf } from './variables.ts';

const remedy = 'name a file of a Secret that is not in the repository: NAME_FILE';

const fields: readonly Field<unknown>[] = [
  ...Object.values(configFields),
  ...Object.values(schemaConfigFields),
];

/** No secret is in a manifest: not as a Secret, not as a variable, not within an address. */
export function checkInlineSecrets(objects: readonly KubeObject[]): Problem[] {
  const kinds = ofKind(objects, 'Secret').map((object) => ({
    object,
    path: 'kind',
    problem: 'a Secret is in the manifests',
    remedy: 'have it made in the cluster: components/external-secrets',
  }));
  return [...kinds, ...secretVariables(objects), ...objects.flatMap(secretTexts)];
}

const secretText =
  /:\/\/[^/\s:@"]+:[^/\s@"{$]+@|-----BEGIN [A-Z ]*PRIVATE KEY|\bBearer [\w.~-]{16,}/;

/** Shown to nobody since an address may have a password: whether it has is looked at. */
const addresses: readonly string[] = [schemaConfigFields.metricsUrls.name];

/** What the program itself would never show whole. */
function secretVariables(objects: readonly KubeObject[]): Problem[] {
  return containersOf(podsOf(objects)).flatMap((placed) =>
    [...variablesOf(placed, objects).values()]
      .filter(({ name, value = '' }) => isHidden(name, value) || secretText.test(value))
      .map(({ name, from }) => problemAt(placed, `${from}[${name}]`, 'holds a secret', remedy)),
  );
}

function isHidden(name: string, value: string): boolean {
  const mask = fields.find((field) => field.name === name)?.mask;
  if (mask === undefined || value === '' || addresses.includes(name)) return false;
  return mask(value).includes('***');
}

/** Passwords in addresses, keys and tokens, in whatever is no variable. */
function secretTexts(object: KubeObject): Problem[] {
  const text = JSON.stringify(object, (key, value) => (key === 'env' ? undefined : value));
  if (object.kind === 'ConfigMap' || !secretText.test(text)) return [];
  return [{ object, path: '.', problem: 'holds a password, a key or a token', remedy }];
}
