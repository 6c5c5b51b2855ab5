import { Check } from 'typebox/schema';

export interface Response {
  readonly description: string;
  readonly headers: Readonly<Record<string, { $ref?: string }>>;
  readonly content: Readonly<Record<string, { schema: object; example?: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Response['content'] };
  readonly responses: Readonly<Record<string, Response | { $ref: string }>>;
}

/** As much of an OpenAPI document as the tests look at. */
export interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export async function documentOf(url: string): Promise<Document> {
  return (await (await fetch(`${url}/docs/json`)).json()) as Document;
}

/** What a reference within the document points to; anything else as it is. */
export function resolve<T extends object>(document: Document, node: T | { $ref: string }): T {
  if (!('$ref' in node)) return node;
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/([\w-]+)$/.exec(node.$ref) ?? [];
  const found = document.components[kind]?.[name];
  if (found === undefined) throw new Error(`nothing is at ${node.$ref}`);
  return found as T;
}

/** The answer that an operation documents for a status. */
export function responseOf(document: Document, operation: Operation, status: number): Response {
  const response = operation.responses[status];
  if (response === undefined) throw new Error(`${operation.operationId} documents no ${status}`);
  return resolve(document, response);
}

/** Whether a value fits a schema of the document. */
export function fits(document: Document, schema: object, value: unknown): boolean {
  return Check({ components: document.components, ...schema }, value);
}
