import type { Node } from 'libpg-query';
import type { Action } from './actions.ts';
import type { Grammar } from './grammar.ts';
import { type NodeOf, nameOf, nodesIn, tableOf } from './nodes.ts';

/** A statement as a reader gets it: its tree, and its text for what the tree has as a string. */
export interface Source {
  readonly node: Node;
  readonly text: string;
  readonly grammar: Grammar;
}

const dropped: Readonly<Record<string, (name: string) => Action>> = {
  OBJECT_TABLE: (table) => ({ does: 'drop-table', table }),
  OBJECT_VIEW: (name) => ({ does: 'drop-dependent', what: 'view', name }),
  OBJECT_MATVIEW: (name) => ({ does: 'drop-dependent', what: 'materialized view', name }),
  OBJECT_FUNCTION: (name) => ({ does: 'drop-dependent', what: 'function', name }),
  OBJECT_TRIGGER: (name) => ({ does: 'drop-dependent', what: 'trigger', name }),
  OBJECT_POLICY: (name) => ({ does: 'drop-dependent', what: 'policy', name }),
};

export function readDrop(statement: NodeOf<'DropStmt'>): Action[] {
  const { objects = [], removeType = '', behavior, concurrent } = statement;
  return objects.flatMap((object): Action[] => {
    const name =
      'ObjectWithArgs' in object ? nameOf(object.ObjectWithArgs.objname) : nameOf([object]);
    const action: Action =
      removeType === 'OBJECT_INDEX'
        ? { does: 'drop-index', name, concurrently: concurrent === true, ifNotExists: false }
        : (dropped[removeType]?.(name) ?? { does: 'other' });
    return behavior === 'DROP_CASCADE' ? [action, { does: 'cascade', what: name }] : [action];
  });
}

/** Of what the service's SQL names: tables, their columns, and views. */
export function readRename(statement: NodeOf<'RenameStmt'>): Action[] {
  const { renameType, relation, subname = '', newname = '' } = statement;
  const table = tableOf(relation);
  if (renameType === 'OBJECT_COLUMN')
    return [{ does: 'rename', table, what: subname, to: newname }];
  const relations = ['OBJECT_TABLE', 'OBJECT_VIEW'];
  if (!relations.includes(renameType ?? '')) return [];
  return [{ does: 'rename', table, what: 'table', to: newname }];
}

/**
 * A view, function, trigger or policy. What it depends on are all words in its text: a body is a
 * string to the grammar, and a name too many costs a look, one too few a failed migration.
 */
export function readDependent(what: string, name: string, { text, node }: Source): Action[] {
  const mentions = new Set(text.toLowerCase().match(/[a-z_][a-z0-9_$]*/g) ?? []);
  if ([...nodesIn(node)].some(({ kind }) => kind === 'A_Star')) mentions.add('*');
  return [{ does: 'create-dependent', what, name, mentions }];
}

/** What a block may do: roles belong to the cluster and have no IF NOT EXISTS. */
const fineInBlocks = new Set(['CreateRoleStmt', 'AlterRoleStmt', 'GrantRoleStmt', 'GrantStmt']);

/** A block of code is a string to the grammar, so neither squawk nor the rules see into it. */
export function readDo(_block: unknown, { text, grammar }: Source): Action[] {
  const body = [...nodesIn(grammar.procedure(text))] as readonly { kind: string; node: unknown }[];
  return body.flatMap(({ kind, node }): Action[] => {
    if (kind === 'PLpgSQL_stmt_dynexecute') return [{ does: 'hide', what: 'EXECUTE' }];
    if (kind !== 'PLpgSQL_stmt_execsql') return [];
    return statementsOf(node, grammar)
      .filter((name) => !fineInBlocks.has(name))
      .map((name) => ({ does: 'hide', what: name.replace(/Stmt$/, '') }));
  });
}

function statementsOf(node: unknown, grammar: Grammar): string[] {
  const { sqlstmt } = node as { sqlstmt?: { PLpgSQL_expr?: { query?: string } } };
  const sql = sqlstmt?.PLpgSQL_expr?.query ?? '';
  return grammar.statements(sql).flatMap((statement) => Object.keys(statement.node));
}
