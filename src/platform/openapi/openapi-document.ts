import { ProblemDocument } from '../http/problems.ts';
import { type HeaderName, type Headers, headerComponents, headersOf } from './openapi-headers.ts';
import { byStatus, nameOfStatus, type ProblemTable, problemResponse } from './openapi-problems.ts';

/** What a route tells the document beyond its schemas; not part of the finished document. */
export interface Extras {
  /** Codes that routes of its kind can end in: described once by status, and referred to. */
  readonly implied: readonly string[];
  /** Codes that the route itself can end in. */
  readonly own: readonly string[];
  /** Headers of its good answers; its problems may have them too. */
  readonly headers: Headers;
}

export const extrasKey = 'x-extras';

interface Operation {
  responses: Record<string, object>;
  [extrasKey]?: Extras;
}

/** As much of an OpenAPI document as is completed here. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; [kind: string]: object };
}

/**
 * Gives every operation its problems and its headers, and every schema with a title a place of its
 * own that the others refer to.
 *
 * @throws {TypeError} for a code that the table does not have, or a title that two schemas share.
 */
export function completeDocument(document: Document, table: ProblemTable): Document {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const { components } = document;
  components.headers = headerComponents();
  components.responses = sharedResponses(
    operations.flatMap(({ [extrasKey]: extras }) => extras ?? []),
    table,
  );
  for (const operation of operations) completeOperation(operation, table);
  components.schemas.Problem = ProblemDocument;
  const schemas = new Map(Object.entries(components.schemas));
  document.paths = hoist(document.paths, schemas) as Document['paths'];
  components.schemas = Object.fromEntries(schemas);
  return document;
}

/** The problems that routes can end in by their kind, by the name of their status. */
function sharedResponses(extras: readonly Extras[], table: ProblemTable): Record<string, object> {
  const headers = extras.flatMap((found) => namesOf(found.headers));
  const codes = extras.flatMap(({ implied }) => implied);
  const responses = [...byStatus(table, codes)].map(([status, found]) => [
    nameOfStatus(status),
    problemResponse(table, status, found, headers),
  ]);
  return Object.fromEntries(responses);
}

function completeOperation(operation: Operation, table: ProblemTable): void {
  const { [extrasKey]: extras, responses } = operation;
  if (extras === undefined) return;
  delete operation[extrasKey];
  const { headers, implied, own } = extras;
  for (const response of Object.values(responses)) {
    Object.assign(response, { headers: headersOf(headers) });
  }
  for (const [status, codes] of byStatus(table, [...implied, ...own])) {
    responses[status] ??= codes.some((code) => own.includes(code))
      ? problemResponse(table, status, codes, namesOf(headers))
      : { $ref: `#/components/responses/${nameOfStatus(status)}` };
  }
}

const namesOf = (headers: Headers) => Object.keys(headers) as HeaderName[];

/** In these, what looks like a schema is a value. */
const values = new Set(['example', 'examples', 'enum', 'const', 'default']);

/** A copy in which each schema with a title is a reference; the schemas are put into `found`. */
function hoist(node: unknown, found: Map<string, unknown>): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((item) => hoist(item, found));
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      values.has(key) ? value : hoist(value, found),
    ]),
  );
  const { title } = copy;
  if (typeof title !== 'string') return copy;
  const known = found.get(title);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(copy)) {
    throw new TypeError(`two schemas have the title "${title}"`);
  }
  found.set(title, copy);
  return { $ref: `#/components/schemas/${title}` };
}
