import type { Event } from '../migrations/events.ts';
import { as, bothWays, type Context, madeHere, type Rule, up } from './rule.ts';

/** Whether an older migration has added, and an older one validated, a CHECK that says so. */
function isProved(event: Event, table: string, column: string, context: Context): boolean {
  const older = context.past.filter(({ migration }) => migration !== event.migration);
  const guard = older
    .map((one) => as(one, 'add-constraint'))
    .findLast((one) => one?.table === table && one.kind === 'check' && one.filled.includes(column));
  if (guard === undefined) return false;
  const isGuard = (one: { readonly table: string; readonly name: string } | undefined) =>
    one?.table === table && one.name === guard.name;
  const validated = !guard.notValid || older.some((one) => isGuard(as(one, 'validate')));
  // One ALTER TABLE drops before it looks at NOT NULL, in whatever order it is written.
  const dropped = [...context.past, ...sameStatement(event, context)].some((one) =>
    isGuard(as(one, 'drop-constraint')),
  );
  return validated && !dropped;
}

/**
 * Whether the way back only restores what its own way there has dropped. Before it runs, the
 * rollback has filled the column and validated a CHECK that says so.
 */
function isRestored(event: Event, table: string, column: string, { past }: Context): boolean {
  return past.some((one) => {
    const drop = as(one, 'drop-not-null');
    const own = one.migration === event.migration && one.direction !== event.direction;
    return own && drop?.table === table && drop.column === column;
  });
}

function sameStatement(event: Event, { together }: Context): Event[] {
  return together.filter(({ statement }) => statement === event.statement);
}

/** Whether a column may be NULL, as far as the migrations tell. */
function isNullable(events: readonly Event[], table: string, column: string): boolean {
  const last = events
    .map((one) => as(one, 'add-column', 'set-not-null', 'drop-not-null'))
    .findLast(
      (one) =>
        one?.table === table &&
        (one.does === 'add-column' ? one.column.name : one.column) === column,
    );
  if (last === undefined) return false;
  return last.does === 'add-column' ? !last.column.notNull : last.does === 'drop-not-null';
}

export const constraintRules: readonly Rule[] = [
  {
    id: 'not-null-in-expand',
    traps: [3],
    directions: up,
    todo: 'leave it nullable behind a CHECK … NOT VALID, and SET NOT NULL in contract',
    finds(event, context) {
      const set = as(event, 'set-not-null');
      if (set === undefined || event.migration.step === 'contract') return undefined;
      if (madeHere(event, set.table, context)) return undefined;
      return `${set.table}.${set.column} becomes NOT NULL while a release that leaves it empty may run (23502)`;
    },
  },
  {
    id: 'not-null-unproved',
    traps: [3],
    directions: bothWays,
    todo: 'add CHECK (… IS NOT NULL) NOT VALID in one migration, VALIDATE it in another, drop it only after SET NOT NULL in a statement of its own',
    finds(event, context) {
      const set = as(event, 'set-not-null');
      if (set === undefined || madeHere(event, set.table, context)) return undefined;
      if (isProved(event, set.table, set.column, context)) return undefined;
      if (isRestored(event, set.table, set.column, context)) return undefined;
      return `no CHECK that an older migration validated says that ${set.table}.${set.column} is filled: every row is read under ACCESS EXCLUSIVE`;
    },
  },
  {
    id: 'default-dropped-early',
    traps: [4],
    directions: up,
    todo: 'keep the default until contract',
    finds(event, context) {
      const drop = as(event, 'drop-default');
      if (drop === undefined || event.migration.step === 'contract') return undefined;
      if (madeHere(event, drop.table, context)) return undefined;
      if (isNullable([...context.past, ...context.together], drop.table, drop.column))
        return undefined;
      return `${drop.table}.${drop.column} is NOT NULL and loses its default: an older release's INSERT leaves it out (23502)`;
    },
  },
  {
    id: 'check-scans-table',
    traps: [16],
    directions: bothWays,
    todo: 'add it NOT VALID, and VALIDATE it in another migration',
    finds(event, context) {
      const add = as(event, 'add-constraint');
      if (add === undefined || add.notValid || madeHere(event, add.table, context))
        return undefined;
      if (!['check', 'exclude', 'not null'].includes(add.kind)) return undefined;
      return `a constraint (${add.kind}) on ${add.table} without NOT VALID reads every row while nobody else gets at the table`;
    },
  },
  {
    id: 'validate-too-soon',
    traps: [16],
    directions: bothWays,
    todo: 'VALIDATE it in a migration of its own',
    finds(event, context) {
      const validate = as(event, 'validate');
      if (validate === undefined || madeHere(event, validate.table, context)) return undefined;
      const { table, name } = validate;
      // Without a name the constraint has one that PostgreSQL makes up, and this may be it.
      const added = context.together
        .map((one) => as(one, 'add-constraint'))
        .some((add) => add?.table === table && (add.name === name || add.name === ''));
      if (!added) return undefined;
      return `${validate.name} is validated in the transaction that adds it, whose strong lock on ${validate.table} lasts as long as the reading`;
    },
  },
  {
    id: 'check-too-early',
    traps: [17],
    directions: up,
    todo: 'add the CHECK with a later release, when every live instance writes the column and the backfill is through',
    finds(event, context) {
      const add = as(event, 'add-constraint');
      if (add?.kind !== 'check' || madeHere(event, add.table, context)) return undefined;
      const column = add.filled.find((name) => isNewIn(event, add.table, name, context));
      if (column === undefined) return undefined;
      return `a CHECK wants ${add.table}.${column} filled in the release that adds it: NOT VALID too, it refuses every update of a row that is not backfilled (23514)`;
    },
  },
];

function isNewIn(event: Event, table: string, name: string, { past, together }: Context): boolean {
  const { migration } = event;
  return [...past, ...together].some((other) => {
    const add = as(other, 'add-column');
    const sameRelease = migration.release !== null && other.migration.release === migration.release;
    if (other.migration !== migration && !sameRelease) return false;
    return add?.table === table && add.column.name === name;
  });
}
