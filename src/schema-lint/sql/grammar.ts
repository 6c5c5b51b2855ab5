import type { Node, ScanToken } from 'libpg-query';
import { CannotLintError } from '../finding.ts';

/** A statement and where it begins, in characters of the text that it was parsed from. */
export interface Statement {
  readonly node: Node;
  readonly at: number;
  readonly end: number;
}

/** PostgreSQL's own lexer and grammar. */
export interface Grammar {
  /** @throws {SyntaxFault} with the place of the fault. */
  statements(sql: string): Statement[];
  tokens(sql: string): ScanToken[];
  /** The parse tree of a PL/pgSQL body, whose shape only the SQL in it is looked for. */
  procedure(sql: string): unknown;
}

/** Text that PostgreSQL would refuse with 42601. */
export class SyntaxFault extends Error {
  readonly sql: string;
  /** The character in it where reading ended. */
  readonly at: number;

  constructor(message: string, sql: string, at: number) {
    super(message);
    this.name = 'SyntaxFault';
    this.sql = sql;
    this.at = at;
  }
}

/** @throws {CannotLintError} when the development dependencies are not installed. */
export async function loadGrammar(): Promise<Grammar> {
  const library = await import('libpg-query').catch((cause: unknown) => {
    throw new CannotLintError(
      'libpg-query is not installed: install the development dependencies with "npm ci --include=dev"',
      { cause },
    );
  });
  await library.loadModule();
  return {
    statements: (sql) => statementsOf(library, sql),
    tokens: (sql) => library.scanSync(sql).tokens,
    procedure: (sql) => library.parsePlPgSQLSync(sql),
  };
}

type Library = typeof import('libpg-query');

function statementsOf(library: Library, sql: string): Statement[] {
  const characters = characterOffsets(sql);
  try {
    return (library.parseSync(sql).stmts ?? []).flatMap(
      ({ stmt, stmt_location: at = 0, stmt_len: length }) => {
        if (stmt === undefined) return [];
        const end = length ? characters(at + length) : sql.length;
        return [{ node: stmt, at: characters(at), end }];
      },
    );
  } catch (error) {
    if (!library.hasSqlDetails(error)) throw error;
    throw new SyntaxFault(error.message, sql, error.sqlDetails?.cursorPosition ?? 0);
  }
}

/** The library counts UTF-8 bytes, the rest of the check counts JavaScript's characters. */
export function characterOffsets(sql: string): (byte: number) => number {
  const bytes = Buffer.from(sql);
  if (bytes.length === sql.length) return (byte) => byte;
  return (byte) => bytes.subarray(0, byte).toString().length;
}
