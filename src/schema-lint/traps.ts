/** One of the ways in which a schema change breaks a live service. */
export interface Trap {
  readonly number: number;
  readonly name: string;
  /** What catches the part of it that no rule can see; null where the rules see all of it. */
  readonly elsewhere: string | null;
}

const trap = (number: number, name: string, elsewhere: string | null = null): Trap => ({
  number,
  name,
  elsewhere,
});

/** All of them; which rules see each, the rules say. Text is Markdown, for docs/schema-lint.md. */
export const traps: readonly Trap[] = [
  trap(1, 'rename a column'),
  trap(2, 'rename a table'),
  trap(3, 'ADD COLUMN … NOT NULL without default'),
  trap(4, 'NOT NULL added and the default dropped while an old INSERT runs'),
  trap(5, 'change a column’s type'),
  trap(
    6,
    'named statement with `SELECT *` or `RETURNING *` after ADD or DROP COLUMN',
    'a list of columns that is put together elsewhere: at 0A000 the service gives its statements new names and tries again outside the transaction (`platform/postgres/statements.ts`)',
  ),
  trap(
    7,
    'drop a column while the old code inserts it',
    'code that still names the column: the contract gate goes by live instances, by the last use and by a brownout',
  ),
  trap(
    8,
    'the old version writes after the backfill',
    '`backfill` refuses while a live instance does not write both shapes; `verify` compares values, and the gates want it newer than the last old writer',
  ),
  trap(
    9,
    'the dual-write flag goes off, then on',
    'the same two gates: an instance that wrote the old shape alone makes every older `verify` stale',
  ),
  trap(10, 'backfill in one UPDATE'),
  trap(
    11,
    'lock queue',
    'every other lock: the runner waits 5 to 250 ms for one, lets the queue pass and tries again (`schema-change/ddl/lock-tries.ts`)',
  ),
  trap(
    12,
    'a long transaction elsewhere',
    'the runner looks for long transactions before each try and names them; a concurrent index begins when there is none, and waits without a lock_timeout (`schema-change/ddl/concurrent-index.ts`)',
  ),
  trap(13, 'CREATE INDEX CONCURRENTLY in a transaction or a multi-statement string'),
  trap(
    14,
    'unique index built concurrently over duplicates',
    'duplicates, which only the rows show (23505): the runner drops the INVALID index that a failed build leaves, and counts only a valid one',
  ),
  trap(15, 'unique index not concurrently'),
  trap(16, 'foreign key without NOT VALID', 'orphans: VALIDATE fails (23503) and blocks nobody'),
  trap(
    17,
    'CHECK … NOT VALID added too early',
    'the relax gate: a clean `verify`, newer than the last writer of the old shape alone',
  ),
  trap(18, 'enum value added and used in one transaction'),
  trap(19, 'enum value removed'),
  trap(
    20,
    'a view or default depends on the column',
    'what was made by hand: the contract gate asks the database for dependents (`schema-change/dependents.ts`)',
  ),
  trap(
    21,
    'serial sequence owned by the old column',
    'a sequence that was made by hand: PostgreSQL refuses the drop (2BP01), and nothing is changed',
  ),
  trap(
    22,
    'money through a float',
    'floats in JavaScript: `verify` compares both shapes of every row in SQL numeric, and `test/properties.test.ts` adds up what customers did at random',
  ),
  trap(
    23,
    'cached JSON read by another release',
    '`cacheShape` in `src/releases.ts` is part of every key; `src/releases.test.ts` holds that every shape which is read is invalidated',
  ),
  trap(
    24,
    'PgBouncer in transaction mode',
    'that migrations go to the database directly: `SCHEMA_DATABASE_URL`',
  ),
];
