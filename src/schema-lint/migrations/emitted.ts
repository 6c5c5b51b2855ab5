import { readFile } from 'node:fs/promises';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { CannotLintError } from '../finding.ts';

export type Direction = 'up' | 'down';

/** One call of `query()`: PostgreSQL gets its text whole, be it one statement or several. */
export interface Query {
  readonly sql: string;
  readonly inTransaction: boolean;
}

/** What node-pg-migrate sends to the database for one migration and direction. */
export interface Emitted {
  readonly queries: readonly Query[];
  /** All of it in its order, BEGIN, COMMIT and the runner's bookkeeping included. */
  readonly everything: readonly string[];
}

/** How node-pg-migrate says that a migration has no way back: a .sql without a down, a .ts
 *  with `down = false`, and one whose up is made of SQL and so cannot be turned round. */
const noWayBack = /^User has disabled|^Impossible to automatically infer down migration/;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Runs the real runner against a client that writes down what it is sent and answers nothing,
 * so that .sql and .ts files, `noTransaction` and inferred downs are seen as PostgreSQL would
 * see them. A migration that reads the database while it runs gets no rows.
 *
 * @returns null when there is no way back in that direction.
 * @throws {CannotLintError} when the file, or one beside it, cannot be loaded or run.
 */
export async function emittedBy(
  folder: string,
  name: string,
  direction: Direction,
): Promise<Emitted | null> {
  const everything: string[] = [];
  const applied = direction === 'up' ? [] : [{ name }];
  try {
    await runner({
      dbClient: recordingClient(everything, applied),
      dir: folder,
      file: name,
      migrationsTable: 'pgmigrations',
      direction,
      checkOrder: false,
      noLock: true,
      singleTransaction: false, // as in src/schema-change/ddl/runner.ts
      log: () => {},
      logger: silent,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (direction === 'down' && noWayBack.test(reason)) return null;
    throw new CannotLintError(`${name} (${direction}) cannot be run: ${reason}`, { cause: error });
  }
  return { everything, queries: [...ownQueries(everything)] };
}

/** A client of `pg` that never connects. */
function recordingClient(
  everything: string[],
  applied: readonly { name: string }[],
): pg.ClientBase {
  const query = async (text: string | { text: string }) => {
    const sql = typeof text === 'string' ? text : text.text;
    if (isAboutItsTable.test(sql)) return { rows: [{}] };
    if (asksWhatIsApplied.test(sql)) return { rows: applied };
    everything.push(sql);
    return { rows: [] };
  };
  return Object.assign(new pg.Client(), { query });
}

const isAboutItsTable = /^SELECT \w+ FROM information_schema\.table.*'pgmigrations'/;
const asksWhatIsApplied = /^SELECT name FROM "public"\."pgmigrations"/;
const keepsItsBooks = /^(INSERT INTO|DELETE FROM) "public"\."pgmigrations"/;

function* ownQueries(everything: readonly string[]): Generator<Query> {
  let inTransaction = false;
  for (const sql of everything) {
    if (sql === 'BEGIN;') inTransaction = true;
    else if (sql === 'COMMIT;') inTransaction = false;
    else if (!keepsItsBooks.test(sql)) yield { sql, inTransaction };
  }
}

/** Where a piece of emitted SQL stands in its migration's file. */
export class SourceLines {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static async of(path: string): Promise<SourceLines> {
    return new SourceLines(await readFile(path, 'utf8'));
  }

  /**
   * The line (from 1) of a place in a query. What the file does not hold word for word, because
   * a builder made it, is at the line of the function that emitted it.
   */
  lineOf(sql: string, offset: number, direction: Direction): number {
    const whole = this.text.indexOf(sql.replace(/;\s*$/, ''));
    if (whole >= 0) return this.lineAt(whole + offset);
    const [statement = ''] = sql.slice(offset).split(/[;\n]/, 1);
    const part = statement.trim() === '' ? -1 : this.text.indexOf(statement.trim());
    return this.lineAt(part >= 0 ? part : this.emitter(direction));
  }

  /** A way back that is worked out from the way forward has no function of its own. */
  private emitter(direction: Direction): number {
    const [own = -1, other = -1] = [direction, 'up' as const].map((one) =>
      this.text.search(emitters[one]),
    );
    return Math.max(0, own >= 0 ? own : other);
  }

  private lineAt(offset: number): number {
    return this.text.slice(0, offset).split('\n').length;
  }
}

const emitters: Readonly<Record<Direction, RegExp>> = {
  up: /\bup\b\s*[=(:]|--[\s-]*up migration/i,
  down: /\bdown\b\s*[=(:]|--[\s-]*down migration/i,
};
