import type pg from 'pg';
import type { SchemaState } from '../../src/releases.ts';
import { insertInstance, insertOldOrders } from '../support/rows.ts';
import { schema } from '../support/schema-command.ts';

export interface TestedDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
}

/** A step that takes locks which stop readers. */
export interface LockingStep {
  readonly what: string;
  /** The schema that it begins with. */
  readonly from: SchemaState;
  /** The table that it locks last: a step that gets this lock at once has no need to wait. */
  readonly lastTable: (typeof tables)[number];
  /** Commands before it, which make the evidence that its gate asks for. */
  readonly before: readonly (readonly string[])[];
  readonly args: readonly string[];
  /** Whether an instance has to say that nobody uses the old columns. */
  readonly reportsUse?: true;
}

export const tables = ['orders', 'order_items', 'payments'] as const;

const window = ['--window', '1'];

export const lockingSteps: readonly LockingStep[] = [
  {
    what: 'expand',
    from: 'baseline',
    lastTable: 'payments',
    before: [],
    args: ['expand', '--release', '2.0'],
  },
  {
    what: 'relax',
    from: 'expanded',
    lastTable: 'payments',
    before: [['backfill'], ['verify']],
    args: ['expand', '--release', '3.0'],
  },
  {
    what: 'contract',
    from: 'relaxed',
    lastTable: 'payments',
    before: [['verify'], ['verify'], ['brownout', ...window]],
    args: ['contract', '--release', '4.0', ...window],
    reportsUse: true,
  },
  {
    what: 'rollback from relaxed',
    from: 'relaxed',
    lastTable: 'payments',
    before: [],
    args: ['rollback', '--to', 'expanded'],
  },
  {
    what: 'rollback from expanded',
    from: 'expanded',
    lastTable: 'payments',
    before: [],
    args: ['rollback', '--to', 'baseline'],
  },
  {
    what: 'relax with an index that is built concurrently',
    from: 'contracted',
    lastTable: 'orders',
    before: [['expand', '--release', '5.0'], ['backfill'], ['verify']],
    args: ['expand', '--release', '6.0'],
  },
];

const takesOldRows: ReadonlySet<SchemaState> = new Set(['baseline', 'expanded']);

/** Brings a database that is in the step's state to the point where nothing refuses the step. */
export async function prepare(step: LockingStep, database: TestedDatabase): Promise<void> {
  if (takesOldRows.has(step.from)) await insertOldOrders(database.pool, 50);
  if (step.reportsUse) {
    // Alive for another hour by its heartbeat, and silent about the old columns for the last one.
    const seen = { startedAgo: 3600, seenAgo: -3600 };
    await insertInstance(database.pool, { id: 'three', release: '3.0', phase: 'new', ...seen });
  }
  for (const args of step.before) {
    const { code, stdout, stderr } = await schema(database.url, ...args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  }
}
