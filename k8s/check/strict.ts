/** A schema as OpenAPI writes it: JSON Schema with some words of its own. */
export interface Schema {
  readonly [word: string]: unknown;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/**
 * The schema as a server takes it with `fieldValidation=Strict`: a field that it does not name is an
 * error. Only where the shape is said (`properties`, `items`, `additionalProperties`): schemas within
 * `allOf` or `anyOf` say more about fields that stand elsewhere.
 */
export function strict(schema: Schema): Schema {
  if (schema['x-kubernetes-int-or-string'] === true)
    return { type: ['integer', 'string'] as never };
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties !== undefined && {
      properties: mapValues(properties, strict),
      ...(closed(schema) && { additionalProperties: false }),
    }),
    ...(items !== undefined && { items: strict(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: strict(additionalProperties),
    }),
  };
}

function closed(schema: Schema): boolean {
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return schema.additionalProperties === undefined && !open;
}

export function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
