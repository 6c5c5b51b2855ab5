import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { goRegExp } from './go-regexp.ts';
import { schemaFolder, sourceOf } from './modules.ts';
import { mapValues, type Schema, strict } from './strict.ts';

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Compiled schemas, each made the first time that it is asked for. */
export interface Schemas {
  /** Null for a kind that no schema is known of. */
  validatorOf(apiVersion: string, kind: string): Promise<ValidateFunction | null>;
}

export function createSchemas(): Schemas {
  // Formats are those of OpenAPI (int32, int-or-string), and CRDs have words of their own.
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    code: { regExp: goRegExp },
  });
  const folders = memoize(schemaFolder);
  const documents = memoize(async (file: string) => {
    const { components } = JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
    ajv.addSchema({ $id: file, components: { schemas: mapValues(components.schemas, strict) } });
    return components.schemas;
  });
  const find = memoize(async (id: string): Promise<ValidateFunction | null> => {
    const wanted = parseId(id);
    const source = sourceOf(wanted.group);
    if (source === undefined) return null;
    const folder = await folders(source);
    if (source.groups.length > 0) {
      const schema = customSchema(folder, wanted);
      return schema === null ? null : ajv.compile(strict(withMetadata(schema)));
    }
    const file = join(folder, fileOf(wanted));
    if (!existsSync(file)) return null;
    const name = ownName(await documents(file), wanted);
    return name === null ? null : ajv.compile({ $ref: `${file}#/components/schemas/${name}` });
  });
  return { validatorOf: (apiVersion, kind) => find(`${apiVersion}/${kind}`) };
}

function parseId(id: string): GroupVersionKind {
  const [kind = '', version = '', group = ''] = id.split('/').reverse();
  return { group, version, kind };
}

function fileOf({ group, version }: GroupVersionKind): string {
  return group === '' ? `api__${version}_openapi.json` : `apis__${group}__${version}_openapi.json`;
}

/** The schema that says of itself that it is this kind's. */
function ownName(schemas: OpenApi['components']['schemas'], wanted: GroupVersionKind) {
  const found = Object.entries(schemas).find(([, schema]) => {
    const kinds = schema['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined;
    return kinds?.some(
      ({ group, version, kind }) =>
        group === wanted.group && version === wanted.version && kind === wanted.kind,
    );
  });
  return found?.[0] ?? null;
}

/** A custom resource's schema, from the files of a folder. */
function customSchema(folder: string, wanted: GroupVersionKind): Schema | null {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    // They are long: only that of the kind is parsed.
    .filter((text) => text.includes(`    kind: ${wanted.kind}\n`));
  const definitions = texts
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => document.toJS() as Definition | null)
    .filter((definition) => definition?.kind === 'CustomResourceDefinition');
  const its = definitions.find(
    (definition) =>
      definition?.spec.group === wanted.group && definition.spec.names.kind === wanted.kind,
  );
  const version = its?.spec.versions.find(({ name }) => name === wanted.version);
  return version?.schema.openAPIV3Schema ?? null;
}

const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** A CRD leaves metadata to the server, which takes no more than these from a manifest. */
function withMetadata(schema: Schema): Schema {
  const metadata: Schema = {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string' },
      namespace: { type: 'string' },
      labels: texts,
      annotations: texts,
      finalizers: { type: 'array', items: { type: 'string' } },
    },
  };
  return { ...schema, properties: { ...schema.properties, metadata } };
}

function memoize<K, V>(make: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const made = new Map<K, Promise<V>>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
