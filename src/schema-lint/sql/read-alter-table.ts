import type { AlterTableCmd, ColumnDef, Constraint, Node } from 'libpg-query';
import type { Action, ConstraintKind } from './actions.ts';
import { constantsIn, type NodeOf, nameOf, nodesIn, tableOf, typeOf } from './nodes.ts';

/** One ALTER TABLE: an action or more for each of its commands. */
export function readAlterTable(statement: NodeOf<'AlterTableStmt'>): Action[] {
  if (statement.objtype !== 'OBJECT_TABLE') return [];
  const table = tableOf(statement.relation);
  return (statement.cmds ?? []).flatMap((command) =>
    'AlterTableCmd' in command ? readCommand(table, command.AlterTableCmd) : [],
  );
}

type Read = (table: string, command: AlterTableCmd) => Action[];

const onColumn =
  (does: 'set-not-null' | 'drop-not-null' | 'drop-column'): Read =>
  (table, { name = '' }) => [{ does, table, column: name }];

const onConstraint =
  (does: 'drop-constraint' | 'validate'): Read =>
  (table, { name = '' }) => [{ does, table, name }];

const rewrites =
  (by: string): Read =>
  (table) => [{ does: 'lock-whole-table', by: `${by} on ${table}` }];

const commands: Readonly<Record<string, Read>> = {
  AT_AddColumn: (table, { def }) => readColumn(table, def),
  AT_DropColumn: onColumn('drop-column'),
  AT_SetNotNull: onColumn('set-not-null'),
  AT_DropNotNull: onColumn('drop-not-null'),
  AT_ColumnDefault: (table, { name = '', def }) => [
    { does: def === undefined ? 'drop-default' : 'set-default', table, column: name },
    ...sequencesUsed(table, name, def),
  ],
  AT_AlterColumnType: (table, { name = '', def }) => {
    const type = def !== undefined && 'ColumnDef' in def ? typeOf(def.ColumnDef.typeName) : '';
    return [{ does: 'retype', table, column: name, type }];
  },
  AT_AddConstraint: (table, { def }) => readConstraint(table, def),
  AT_DropConstraint: onConstraint('drop-constraint'),
  AT_ValidateConstraint: onConstraint('validate'),
  AT_SetLogged: rewrites('SET LOGGED'),
  AT_SetUnLogged: rewrites('SET UNLOGGED'),
  AT_SetTableSpace: rewrites('SET TABLESPACE'),
  AT_SetAccessMethod: rewrites('SET ACCESS METHOD'),
};

function readCommand(table: string, command: AlterTableCmd): Action[] {
  const actions = commands[command.subtype ?? '']?.(table, command) ?? [];
  if (command.behavior !== 'DROP_CASCADE') return actions;
  return [...actions, { does: 'cascade', what: `${table}.${command.name ?? ''}` }];
}

/** A new column on a table that is there, and what is declared along with it. */
function readColumn(table: string, def: Node | undefined): Action[] {
  if (def === undefined || !('ColumnDef' in def)) return [];
  const column = def.ColumnDef;
  const constraints = constraintsOf(column);
  const has = (kind: Constraint['contype']) => constraints.some(({ contype }) => contype === kind);
  const name = column.colname ?? '';
  const type = typeOf(column.typeName);
  const fills = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'] as const;
  return [
    {
      does: 'add-column',
      table,
      column: {
        name,
        type,
        notNull: has('CONSTR_NOTNULL'),
        hasDefault: /serial/.test(type) || fills.some(has),
      },
    },
    ...constraints.flatMap((one) => readConstraint(table, { Constraint: one }, name)),
    ...sequencesUsed(table, name, constraints),
  ];
}

export function constraintsOf(column: ColumnDef): Constraint[] {
  return (column.constraints ?? []).flatMap((one) => ('Constraint' in one ? [one.Constraint] : []));
}

const kinds: Readonly<Record<string, ConstraintKind>> = {
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not null',
};

/** `column` is where it is declared in line: NOT NULL is then a property of the new column. */
function readConstraint(table: string, def: Node | undefined, column?: string): Action[] {
  if (def === undefined || !('Constraint' in def)) return [];
  const { contype = '', conname = '', raw_expr, skip_validation, keys, indexname } = def.Constraint;
  const kind = kinds[contype];
  const inline = column !== undefined;
  // USING INDEX only gives a name to an index that is there; its own rules have judged that.
  if (kind === undefined || indexname !== undefined || (inline && kind === 'not null')) return [];
  const filled = kind === 'not null' ? [nameOf(keys)] : columnsFilled(raw_expr);
  const notValid = skip_validation === true;
  return [{ does: 'add-constraint', table, name: conname, kind, notValid, filled }];
}

/** The columns that an expression says are not NULL: `a IS NOT NULL AND b IS NOT NULL`. */
function columnsFilled(expression: Node | undefined): string[] {
  if (expression === undefined) return [];
  if ('BoolExpr' in expression) {
    const { boolop, args = [] } = expression.BoolExpr;
    return boolop === 'AND_EXPR' ? args.flatMap(columnsFilled) : [];
  }
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return [];
  const { arg } = expression.NullTest;
  return arg !== undefined && 'ColumnRef' in arg ? [nameOf(arg.ColumnRef.fields)] : [];
}

/** `DEFAULT nextval('orders_id_seq')`: from here on the column needs that sequence. */
export function sequencesUsed(table: string, column: string, tree: unknown): Action[] {
  return [...nodesIn(tree)].flatMap((found): Action[] => {
    if (found.kind !== 'FuncCall' || nameOf(found.node.funcname) !== 'nextval') return [];
    const [sequence = ''] = constantsIn(found.node.args);
    return [{ does: 'use-sequence', sequence, table, column }];
  });
}
