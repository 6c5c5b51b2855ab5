import type { Node, RangeVar, TypeName } from 'libpg-query';

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
type ValueAt<Union, Key extends PropertyKey> =
  Union extends Record<Key, infer Value> ? Value : never;

export type Kind = KeysOf<Node>;
/** The fields of a kind of node. */
export type NodeOf<K extends Kind> = ValueAt<Node, K>;

/** The last part of a qualified name: everything here lives in one schema. */
export function nameOf(parts: readonly Node[] | undefined): string {
  const last = parts?.at(-1);
  if (last === undefined) return '';
  if ('String' in last) return last.String.sval ?? '';
  return 'List' in last ? nameOf(last.List.items) : '';
}

export function tableOf(relation: RangeVar | undefined): string {
  return relation?.relname ?? '';
}

export function typeOf(type: TypeName | undefined): string {
  return nameOf(type?.names);
}

export type Found = { [K in Kind]: { readonly kind: K; readonly node: NodeOf<K> } }[Kind];

/** Every node inside a tree, itself included, outside in and from left to right. */
export function* nodesIn(tree: unknown): Generator<Found> {
  if (Array.isArray(tree)) {
    for (const part of tree) yield* nodesIn(part);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  for (const [kind, node] of Object.entries(tree)) {
    if (/^[A-Z]/.test(kind)) yield { kind, node } as Found; // fields begin with a small letter
    yield* nodesIn(node);
  }
}

/** The texts of a kind of node in a tree: of a constant, a name of a column and so on. */
export function constantsIn(tree: unknown): Set<string> {
  const texts = new Set<string>();
  for (const found of nodesIn(tree)) {
    if (found.kind === 'A_Const' && found.node.sval?.sval) texts.add(found.node.sval.sval);
  }
  return texts;
}
