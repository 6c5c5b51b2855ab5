import type { Node } from 'libpg-query';
import type { Action, Placed } from './actions.ts';
import type { Grammar, Statement } from './grammar.ts';
import { type Kind, type NodeOf, nameOf, tableOf, typeOf } from './nodes.ts';
import { constraintsOf, readAlterTable, sequencesUsed } from './read-alter-table.ts';
import { readEverywhere } from './read-everywhere.ts';
import { readDependent, readDo, readDrop, readRename, type Source } from './read-objects.ts';

type Readers = { readonly [K in Kind]?: (node: NodeOf<K>, source: Source) => readonly Action[] };

const readers: Readers = {
  AlterTableStmt: readAlterTable,
  CreateStmt: readCreateTable,
  CreateTableAsStmt: (node, source) =>
    node.objtype === 'OBJECT_MATVIEW'
      ? readDependent('materialized view', tableOf(node.into?.rel), source)
      : [{ does: 'create-table', table: tableOf(node.into?.rel) }],
  DropStmt: readDrop,
  RenameStmt: readRename,
  AlterObjectSchemaStmt: ({ relation, newschema = '' }) => [
    { does: 'rename', table: tableOf(relation), what: 'table', to: `${newschema}.` },
  ],
  IndexStmt: ({ idxname = '', concurrent, if_not_exists }) => [
    {
      does: 'create-index',
      name: idxname,
      concurrently: concurrent === true,
      ifNotExists: if_not_exists === true,
    },
  ],
  ReindexStmt: ({ relation, name = '', params }) => [
    {
      does: 'reindex',
      name: tableOf(relation) || name,
      concurrently: hasOption(params, 'concurrently'),
      ifNotExists: false,
    },
  ],
  TruncateStmt: ({ relations = [], behavior }) => [
    ...relations.map((one): Action => ({ does: 'write', table: rangeOf(one), verb: 'TRUNCATE' })),
    ...cascades(behavior, 'TRUNCATE'),
  ],
  ViewStmt: ({ view }, source) => readDependent('view', tableOf(view), source),
  CreateFunctionStmt: ({ funcname }, source) => readDependent('function', nameOf(funcname), source),
  CreateTrigStmt: ({ trigname = '' }, source) => readDependent('trigger', trigname, source),
  CreatePolicyStmt: ({ policy_name = '' }, source) => readDependent('policy', policy_name, source),
  CreateSeqStmt: ({ sequence, options }) => readOwner(tableOf(sequence), options),
  AlterSeqStmt: ({ sequence, options }) => readOwner(tableOf(sequence), options),
  CreateEnumStmt: ({ typeName }) => [{ does: 'create-enum', type: nameOf(typeName) }],
  AlterEnumStmt: ({ typeName, newVal = '', oldVal }) =>
    oldVal === undefined ? [{ does: 'add-enum-value', type: nameOf(typeName), value: newVal }] : [],
  VariableSetStmt: ({ name = 'ALL', is_local }) => [
    { does: 'set', name, local: is_local === true },
  ],
  LockStmt: ({ relations = [] }) => [
    { does: 'lock-whole-table', by: `LOCK TABLE ${relations.map(rangeOf).join(', ')}` },
  ],
  VacuumStmt: ({ options }) =>
    hasOption(options, 'full') ? [{ does: 'lock-whole-table', by: 'VACUUM FULL' }] : [],
  ClusterStmt: ({ relation }) => [
    { does: 'lock-whole-table', by: `CLUSTER ${tableOf(relation)}`.trim() },
  ],
  RefreshMatViewStmt: ({ concurrent, relation }) =>
    concurrent === true
      ? []
      : [{ does: 'lock-whole-table', by: `REFRESH MATERIALIZED VIEW ${tableOf(relation)}` }],
  TransactionStmt: ({ kind = '' }) => [
    { does: 'transaction', word: kind.replace('TRANS_STMT_', '').replaceAll('_', ' ') },
  ],
  DoStmt: readDo,
};

/** What one statement of a migration does; never empty, so that every statement is seen. */
export function readStatement(statement: Statement, text: string, grammar: Grammar): Placed[] {
  const own = text.slice(statement.at, statement.end);
  const source = { node: statement.node, text: own, grammar };
  const actions = Object.entries(statement.node).flatMap(([kind, fields]) => {
    const read = readers[kind as Kind] as
      | ((fields: unknown, source: Source) => Action[])
      | undefined;
    return read?.(fields, source) ?? [];
  });
  const all: Action[] = [...actions, ...readEverywhere(statement.node)];
  if (all.length === 0) all.push({ does: 'other' });
  return all.map((action) => ({ ...action, at: statement.at + mentionOf(action, own) }));
}

function readCreateTable({ relation, tableElts = [] }: NodeOf<'CreateStmt'>): Action[] {
  const table = tableOf(relation);
  return [
    { does: 'create-table', table },
    ...tableElts.flatMap((element): Action[] => {
      if (!('ColumnDef' in element)) return [];
      const { colname = '', typeName } = element.ColumnDef;
      const constraints = constraintsOf(element.ColumnDef);
      const notNull = constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL');
      const hasDefault = constraints.some(({ contype }) => contype === 'CONSTR_DEFAULT');
      const column = { name: colname, type: typeOf(typeName), notNull, hasDefault };
      return [{ does: 'add-column', table, column }, ...sequencesUsed(table, colname, constraints)];
    }),
  ];
}

function readOwner(sequence: string, options: readonly Node[] = []): Action[] {
  return options.flatMap((option): Action[] => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'owned_by') return [];
    const { arg } = option.DefElem;
    const parts = arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : [];
    const owner = parts.slice(-2).map((part) => nameOf([part]));
    return [{ does: 'own-sequence', sequence, owner: owner.join('.') }];
  });
}

function rangeOf(node: Node): string {
  return 'RangeVar' in node ? tableOf(node.RangeVar) : '';
}

function hasOption(options: readonly Node[] = [], name: string): boolean {
  return options.some((one) => 'DefElem' in one && one.DefElem.defname === name);
}

export function cascades(behavior: string | undefined, what: string): Action[] {
  return behavior === 'DROP_CASCADE' ? [{ does: 'cascade', what }] : [];
}

/** Where a statement first names what an action is about; commands have no place in the tree. */
function mentionOf(action: Action, text: string): number {
  const word = subjectOf(action);
  const found = word === '' ? -1 : text.search(new RegExp(`\\b${word.replace(/\W/g, '\\$&')}\\b`));
  return Math.max(0, found);
}

function subjectOf(action: Action): string {
  if (action.does === 'add-column') return action.column.name;
  if (action.does === 'rename') return action.to;
  if ('column' in action) return action.column;
  return 'name' in action ? action.name : '';
}
