import type { Event } from '../migrations/events.ts';
import { as, bothWays, type Context, type Rule, up } from './rule.ts';

/** Views, functions, triggers and policies that stand when an event comes. */
function dependents({ past }: Context) {
  const standing = new Map<string, { what: string; mentions: ReadonlySet<string> }>();
  for (const event of past) {
    const made = as(event, 'create-dependent');
    const dropped = as(event, 'drop-dependent');
    if (made !== undefined) standing.set(made.name, made);
    if (dropped !== undefined) standing.delete(dropped.name);
  }
  return standing;
}

/** The sequence that goes with a column, and a column of another that would lose it. */
function orphaned(table: string, column: string, { past }: Context) {
  const owners = new Map<string, string>();
  const users = new Map<string, string>();
  for (const event of past) {
    const add = as(event, 'add-column');
    if (add !== undefined && /serial/.test(add.column.type)) {
      owners.set(`${add.table}_${add.column.name}_seq`, `${add.table}.${add.column.name}`);
    }
    const own = as(event, 'own-sequence');
    if (own !== undefined) owners.set(own.sequence, own.owner);
    const use = as(event, 'use-sequence');
    if (use !== undefined) users.set(use.sequence, `${use.table}.${use.column}`);
  }
  const dropped = `${table}.${column}`;
  return [...users].find(
    ([sequence, user]) => owners.get(sequence) === dropped && user !== dropped,
  );
}

const enumAdvice = 'text and a CHECK: values come and go with a constraint';

export const objectRules: readonly Rule[] = [
  {
    id: 'drop-with-dependents',
    traps: [20],
    directions: bothWays,
    todo: 'replace or drop it in an earlier statement',
    finds(event, context) {
      const drop = as(event, 'drop-column', 'drop-table', 'retype');
      if (drop === undefined) return undefined;
      const wanted = drop.does === 'drop-table' ? [] : [drop.column];
      const found = [...dependents(context)].find(
        ([, { mentions }]) =>
          mentions.has(drop.table) && wanted.every((one) => mentions.has(one) || mentions.has('*')),
      );
      if (found === undefined) return undefined;
      const [name, { what }] = found;
      return `the ${what} ${name} uses ${[drop.table, ...wanted].join('.')} (2BP01, or fails when it is called)`;
    },
  },
  {
    id: 'sequence-left-behind',
    traps: [21],
    directions: bothWays,
    todo: 'ALTER SEQUENCE … OWNED BY the new column first',
    finds(event, context) {
      const drop = as(event, 'drop-column');
      if (drop === undefined) return undefined;
      const found = orphaned(drop.table, drop.column, context);
      if (found === undefined) return undefined;
      return `${drop.table}.${drop.column} owns the sequence ${found[0]}, which ${found[1]} takes its numbers from (2BP01)`;
    },
  },
  {
    id: 'enum-type',
    traps: [19],
    directions: up,
    todo: enumAdvice,
    finds(event) {
      const type = as(event, 'create-enum')?.type;
      return type && `${type} is an enum, which no value can be taken from again`;
    },
  },
  {
    id: 'enum-value-used-at-once',
    traps: [18],
    directions: bothWays,
    todo: 'use the value in the next migration',
    finds(event, { together }) {
      const added = as(event, 'add-enum-value');
      if (
        added === undefined ||
        !event.query.inTransaction ||
        !isUsed(event, added.value, together)
      ) {
        return undefined;
      }
      return `'${added.value}' of ${added.type} is used in the transaction that adds it (55P04)`;
    },
  },
  {
    id: 'money-in-float',
    traps: [22],
    directions: bothWays,
    todo: 'numeric, or bigint in minor units; for what is no amount, say so in an allowance',
    finds(event) {
      const float = as(event, 'float');
      return (
        float &&
        `${float.what}: binary fractions cannot hold cents, 19.99 * 100 is 1998.9999999999998`
      );
    },
  },
];

function isUsed(event: Event, value: string, together: readonly Event[]): boolean {
  return together.some(
    ({ statement, constants }) => statement !== event.statement && constants.has(value),
  );
}
