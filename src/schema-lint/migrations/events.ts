import type { Placed } from '../sql/actions.ts';
import type { Grammar } from '../sql/grammar.ts';
import { constantsIn } from '../sql/nodes.ts';
import { readStatement } from '../sql/read-statement.ts';
import type { Direction, Query } from './emitted.ts';
import type { PlannedMigration } from './plan.ts';
import type { Script } from './scripts.ts';

/** One action of one statement of one migration. */
export interface Event {
  readonly migration: PlannedMigration;
  readonly direction: Direction;
  readonly action: Placed;
  readonly query: Query;
  /** Whether its query holds no other statement. */
  readonly alone: boolean;
  /** The number of its statement in the migration. */
  readonly statement: number;
  /** Where its statement begins in the query. */
  readonly begins: number;
  /** The texts that the statement has in quotes. */
  readonly constants: ReadonlySet<string>;
}

/**
 * What a migration does, in order.
 * @throws {SyntaxFault} when PostgreSQL would not read it; `at` counts from the query's begin.
 */
export function eventsOf(script: Script, grammar: Grammar): Event[] {
  const { migration, direction, emitted } = script;
  let count = 0;
  return emitted.queries.flatMap((query) => {
    const statements = grammar.statements(query.sql);
    return statements.flatMap((one) => {
      const statement = count++;
      const begins = one.at;
      const constants = constantsIn(one.node);
      const alone = statements.length === 1;
      return readStatement(one, query.sql, grammar).map(
        (action): Event => ({
          migration,
          direction,
          action,
          query,
          alone,
          statement,
          begins,
          constants,
        }),
      );
    });
  });
}
