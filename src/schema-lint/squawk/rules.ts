/** What is made of a rule of squawk's. */
interface SquawkRule {
  /** Off: why. */
  readonly off?: string;
  /** On: what to do; squawk's own help speaks to everybody. */
  readonly todo?: string;
  readonly traps?: readonly number[];
}

/** The PostgreSQL that the rules go by: the oldest one that is supported. */
export const pgVersion = '15.0';

/**
 * Every rule of squawk 2.66. A finding of a rule that is not here, which a newer squawk may
 * have, counts as on.
 */
export const squawkRules: Readonly<Record<string, SquawkRule>> = {
  'adding-field-with-default': {
    traps: [5],
    todo: 'add the column without it or with a constant, and fill it by backfill',
  },
  'adding-foreign-key-constraint': {
    traps: [16],
    todo: 'add it NOT VALID, remove the orphans, VALIDATE it in another migration',
  },
  'adding-required-field': { traps: [3], todo: 'nullable, or with a constant default' },
  'adding-serial-primary-key-field': {
    traps: [15],
    todo: 'build a unique index CONCURRENTLY, then ADD PRIMARY KEY USING INDEX',
  },
  'ban-alter-domain-with-add-constraint': { todo: 'put the CHECK on the columns, NOT VALID' },
  'ban-create-domain-with-constraint': { todo: 'put the CHECK on the columns, NOT VALID' },
  'ban-drop-database': { todo: 'never in a migration' },
  'ban-duplicate-column-assignments': { todo: 'assign each column once' },
  'ban-truncate-cascade': { traps: [20], todo: 'name each table' },
  'ban-uncommitted-transaction': { todo: 'leave the transaction to the runner' },
  'changing-column-type': {
    traps: [5, 6, 19],
    todo: 'add a new column: write both, backfill, read the new one, drop the old one in contract',
  },
  'disallowed-unique-constraint': {
    traps: [15],
    todo: 'build a unique index CONCURRENTLY in one migration, ADD CONSTRAINT … USING INDEX in another',
  },
  'identifier-too-long': { todo: 'at most 63 bytes: PostgreSQL cuts the rest off' },
  'prefer-identity': { traps: [21], todo: 'bigint GENERATED ALWAYS AS IDENTITY' },
  'prefer-text-field': { todo: 'text and a CHECK, whose limit can change without a rewrite' },
  'prefer-timestamp-tz': { todo: 'timestamptz' },
  'require-concurrent-index-creation': {
    traps: [15],
    todo: 'CREATE INDEX CONCURRENTLY in a .ts migration with pgm.noTransaction()',
  },
  'require-concurrent-index-deletion': {
    traps: [11],
    todo: 'DROP INDEX CONCURRENTLY in a .ts migration with pgm.noTransaction()',
  },
  'require-concurrent-partition-detach': { traps: [11], todo: 'DETACH PARTITION … CONCURRENTLY' },
  'require-concurrent-reindex': {
    traps: [11],
    todo: 'REINDEX … CONCURRENTLY in a .ts migration with pgm.noTransaction()',
  },

  'adding-not-nullable-field': {
    off: 'refuses SET NOT NULL always; `not-null-in-expand` and `not-null-unproved` know the step and the validated CHECK',
  },
  'ban-char-field': { off: 'an ISO 4217 code has three letters, and `char(3)` says so' },
  'ban-concurrent-index-creation-in-transaction': {
    off: '`concurrently-in-transaction` says it of DROP and REINDEX too',
  },
  'ban-drop-column': {
    off: 'refuses it always; `drop-in-expand`, `contract-too-early` and `drop-without-change` know the releases',
  },
  'ban-drop-not-null': {
    off: 'it is what the step to *relaxed* is for; the relax gate asks for evidence first',
  },
  'ban-drop-table': { off: 'as `ban-drop-column`' },
  'constraint-missing-not-valid': {
    off: '`check-scans-table` and `validate-too-soon`, and two other rules of squawk’s, say it once each; it also misses a CHECK within ADD COLUMN',
  },
  'prefer-bigint-over-int': {
    off: 'refuses every integer: a quantity or a number of tries will not pass 2³¹; `prefer-identity` is on for keys',
  },
  'prefer-bigint-over-smallint': { off: 'as `prefer-bigint-over-int`: a line number of an order' },
  'prefer-repack': { off: 'opt-in; `lock-whole-table` says it of every such lock' },
  'prefer-robust-stmts': {
    off: 'IF NOT EXISTS takes what a failed try left for done (`concurrently-if-not-exists`); all else is in a transaction with its own bookkeeping',
  },
  'renaming-column': { off: '`rename-in-expand` and `contract-too-early` know the releases' },
  'renaming-table': { off: 'as `renaming-column`' },
  'require-enum-value-ordering': { off: '`enum-type` refuses enums' },
  'require-lock-timeout': {
    off: 'the runner sets it for each try, 5 to 250 ms (`src/schema-change/ddl/lock-tries.ts`); `session-setting` keeps migrations from replacing it',
  },
  'require-statement-timeout': {
    off: 'VALIDATE and concurrent indexes take as long as they take, and block nobody; what blocks is refused or bounded by lock_timeout',
  },
  'require-table-schema': { off: 'opt-in; there is one schema' },
  'require-timeout-settings': { off: 'the two above in one' },
  'transaction-nesting': { off: '`transaction-control` says the same, and why' },
};

/** By which squawk leaves them out. */
export const excluded: readonly string[] = Object.entries(squawkRules)
  .filter(([, rule]) => rule.off !== undefined)
  .map(([name]) => name);
