import type { Node } from 'libpg-query';
import type { Action } from './actions.ts';
import { type Found, nameOf, nodesIn, tableOf, typeOf } from './nodes.ts';

/**
 * What is wrong wherever it stands: rows written in a CTE, a float, a lock or a setting that a
 * function takes or sets.
 */
export function readEverywhere(tree: Node): Action[] {
  return [...nodesIn(tree)].flatMap((found): Action[] => {
    if (found.kind === 'FuncCall') return readCall(nameOf(found.node.funcname));
    if (found.kind === 'TypeCast') return readFloat(typeOf(found.node.typeName), 'a cast to');
    if (found.kind !== 'ColumnDef') return readWrite(found);
    const { typeName, colname } = found.node; // without a name: the new type of a column
    return readFloat(typeOf(typeName), `${colname ?? 'a column'} as`, colname);
  });
}

function readCall(name: string): Action[] {
  if (/^pg_(try_)?advisory_lock(_shared)?$/.test(name))
    return [{ does: 'advisory-lock', call: name }];
  return name === 'set_config' ? [{ does: 'set', name: 'set_config()', local: false }] : [];
}

const floats = new Set(['float4', 'float8', 'money']);

function readFloat(type: string, what: string, name = type): Action[] {
  return floats.has(type) ? [{ does: 'float', name, what: `${what} ${type}` }] : [];
}

function readWrite({ kind, node }: Found): Action[] {
  if (kind === 'InsertStmt') {
    const fromTable = [...nodesIn(node.selectStmt)].some((one) => one.kind === 'RangeVar');
    return fromTable ? [{ does: 'insert-from-query', table: tableOf(node.relation) }] : [];
  }
  if (kind === 'DeleteStmt')
    return [{ does: 'write', table: tableOf(node.relation), verb: 'DELETE' }];
  if (kind !== 'UpdateStmt' && kind !== 'MergeStmt') return [];
  return [{ does: 'write', table: tableOf(node.relation), verb: 'UPDATE' }];
}
