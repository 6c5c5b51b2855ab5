import type { Node } from 'libpg-query';
import type { Action } from './actions.ts';
import { nameOf, nodesIn, typeOf } from './nodes.ts';

/** What is wrong wherever it stands: a float, a lock taken by a function, a setting set by one. */
export function readEverywhere(tree: Node): Action[] {
  return [...nodesIn(tree)].flatMap((found): Action[] => {
    if (found.kind === 'FuncCall') return readCall(nameOf(found.node.funcname));
    if (found.kind === 'TypeCast') return readFloat(typeOf(found.node.typeName), 'a cast to');
    if (found.kind !== 'ColumnDef') return [];
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
