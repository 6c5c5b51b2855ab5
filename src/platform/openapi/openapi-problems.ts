import { STATUS_CODES } from 'node:http';
import { type HeaderName, headersOf } from './openapi-headers.ts';

/** What the document says of a `code`. */
export interface ProblemKind {
  readonly status: number;
  readonly means: string;
  /** Headers that the answer has beside those of every answer. */
  readonly headers?: readonly HeaderName[];
}

export type ProblemTable = Readonly<Record<string, ProblemKind>>;

/** `Conflict` for 409: the name of what is shared by all operations with that status. */
export function nameOfStatus(status: number): string {
  return (STATUS_CODES[status] ?? `Status${status}`).replaceAll(/\W/g, '');
}

/**
 * An answer with one status that says one of `codes`.
 *
 * @param also headers that it may have whatever its code.
 * @throws {TypeError} for a code that the table does not have.
 */
export function problemResponse(
  table: ProblemTable,
  status: number,
  codes: readonly string[],
  also: readonly HeaderName[],
) {
  const kinds = codes.map((code) => kindOf(table, code));
  const has = (name: HeaderName) => kinds.every(({ headers = [] }) => headers.includes(name));
  const names = [...kinds.flatMap(({ headers = [] }) => headers), ...also];
  return {
    description: codes.map((code, at) => `\`${code}\`: ${kinds[at]?.means}`).join('\n\n'),
    headers: headersOf(Object.fromEntries(names.map((name) => [name, has(name)]))),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Problem' }],
          properties: { status: { const: status }, code: { enum: codes } },
        },
      },
    },
  };
}

/** The codes by the status that each owns. */
export function byStatus(table: ProblemTable, codes: readonly string[]): Map<number, string[]> {
  return Map.groupBy(new Set(codes), (code) => kindOf(table, code).status);
}

function kindOf(table: ProblemTable, code: string): ProblemKind {
  const kind = table[code];
  if (kind === undefined) throw new TypeError(`the table of problems has no "${code}"`);
  return kind;
}
