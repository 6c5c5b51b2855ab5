import { as, bothWays, madeHere, type Rule } from './rule.ts';

/**
 * Tables with one row a change, that migrations write as they go: the schema's state moves in
 * the transaction that moves the schema, or the service would go by a state that is not there.
 */
const bookkeeping: ReadonlySet<string> = new Set(['schema_state']);

const verbs = { 'create-index': 'CREATE INDEX', 'drop-index': 'DROP INDEX', reindex: 'REINDEX' };

export const lockRules: readonly Rule[] = [
  {
    id: 'concurrently-in-transaction',
    traps: [13],
    directions: bothWays,
    todo: 'make it a .ts migration that calls pgm.noTransaction() first',
    finds(event) {
      const index = as(event, 'create-index', 'drop-index', 'reindex');
      if (index?.concurrently !== true || !event.query.inTransaction) return undefined;
      return `${verbs[index.does]} CONCURRENTLY ${index.name} runs inside a transaction block (25001)`;
    },
  },
  {
    id: 'concurrently-not-alone',
    traps: [13],
    directions: bothWays,
    todo: 'give each statement a pgm.sql() of its own',
    finds(event) {
      const index = as(event, 'create-index', 'drop-index', 'reindex');
      if (index?.concurrently !== true || event.alone) return undefined;
      return `${verbs[index.does]} CONCURRENTLY ${index.name} is sent along with other statements, which makes them one transaction (25001)`;
    },
  },
  {
    id: 'concurrently-if-not-exists',
    traps: [14],
    directions: bothWays,
    todo: 'leave it out: the runner drops an INVALID index before it builds, and counts only a valid one',
    finds(event) {
      const index = as(event, 'create-index');
      if (index?.concurrently !== true || !index.ifNotExists) return undefined;
      return `IF NOT EXISTS takes an INVALID ${index.name} of a failed try for done, and a unique one lets duplicates in`;
    },
  },
  {
    id: 'concurrently-unnamed',
    traps: [14],
    directions: bothWays,
    todo: 'give it a name',
    finds(event) {
      const index = as(event, 'create-index');
      if (index?.concurrently !== true || index.name !== '') return undefined;
      return 'an index that is built CONCURRENTLY has no name, by which the runner finds what a failed try has left';
    },
  },
  {
    id: 'outside-transaction',
    traps: [13],
    directions: bothWays,
    todo: 'move it into a migration of its own that has its transaction',
    finds(event) {
      const { action, query } = event;
      const free = ['other', 'transaction', 'set'].includes(action.does);
      if (query.inTransaction || free) return undefined;
      if (as(event, 'create-index', 'drop-index', 'reindex')?.concurrently === true)
        return undefined;
      return `${action.does} runs outside a transaction: a kill before the migration is noted leaves it half done, and the next run does it again`;
    },
  },
  {
    id: 'rows-in-migration',
    traps: [10],
    directions: bothWays,
    todo: 'leave rows to "npm run schema -- backfill", which goes in batches',
    finds(event, context) {
      const write = as(event, 'write', 'insert-from-query');
      if (write === undefined || bookkeeping.has(write.table)) return undefined;
      if (madeHere(event, write.table, context)) return undefined;
      const verb = write.does === 'write' ? write.verb : 'INSERT … SELECT';
      return `${verb} of ${write.table} in one transaction locks its rows until the end and bloats the table`;
    },
  },
  {
    id: 'lock-whole-table',
    traps: [11],
    directions: bothWays,
    todo: 'do without it: a row lock, or the CONCURRENTLY form',
    finds(event) {
      const lock = as(event, 'lock-whole-table');
      return lock && `${lock.by} keeps everybody out for as long as it takes`;
    },
  },
  {
    id: 'session-setting',
    traps: [11, 24],
    directions: bothWays,
    todo: 'SET LOCAL inside the transaction, and leave the timeouts of locks to the runner',
    finds(event) {
      const set = as(event, 'set');
      if (set === undefined) return undefined;
      if (!set.local) {
        return `SET ${set.name} stays with the connection, which a pooler in transaction mode gives to somebody else`;
      }
      if (!event.query.inTransaction)
        return `SET LOCAL ${set.name} has no effect outside a transaction`;
      if (set.name !== 'lock_timeout') return undefined;
      return 'SET LOCAL lock_timeout replaces the one that the runner tries with: whoever comes after it in the queue waits as long';
    },
  },
  {
    id: 'advisory-lock',
    traps: [24],
    directions: bothWays,
    todo: 'leave it to the runner, which holds one; or pg_advisory_xact_lock',
    finds(event) {
      const lock = as(event, 'advisory-lock');
      return (
        lock && `${lock.call}() belongs to the connection: behind a pooler it is never released`
      );
    },
  },
  {
    id: 'transaction-control',
    traps: [13],
    directions: bothWays,
    todo: 'leave the transaction to the runner, or call pgm.noTransaction()',
    finds(event) {
      const word = as(event, 'transaction')?.word;
      if (word === undefined || /SAVEPOINT|RELEASE|ROLLBACK TO/.test(word)) return undefined;
      return `${word} ends or nests the runner's own transaction: what follows is not undone when it fails`;
    },
  },
  {
    id: 'hidden-sql',
    traps: [],
    directions: bothWays,
    todo: 'write it as a statement',
    finds(event) {
      const hide = as(event, 'hide');
      return hide && `a DO block hides ${hide.what} from this check`;
    },
  },
];
