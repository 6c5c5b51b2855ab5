import type { Phase, Shape } from '../../schema-change/phases/phases.ts';
import { impliedCurrency, type MoneyColumns } from './change.ts';

/** SQL for the two parts of an amount. */
interface MoneyExpression {
  readonly minor: string;
  readonly currency: string;
}

/** How one shape is read from a row. */
const readShape: Readonly<Record<Shape, (m: MoneyColumns, row: string) => MoneyExpression>> = {
  old: (m, row) => ({
    minor: `(${row}.${m.decimalColumn} * 100)::bigint`,
    currency: `CASE WHEN ${row}.${m.decimalColumn} IS NOT NULL THEN '${impliedCurrency}' END`,
  }),
  new: (m, row) => ({ minor: `${row}.${m.minorColumn}`, currency: `${row}.currency` }),
};

/** How one shape is written, from SQL for an amount in minor units and its currency. */
const writeShape: Readonly<Record<Shape, (m: MoneyColumns, v: MoneyExpression) => string[][]>> = {
  // Another currency has no place in the old shape: NULL, which the column refuses.
  old: (m, value) => [
    [
      m.decimalColumn,
      `CASE WHEN ${value.currency} = '${impliedCurrency}' THEN (${value.minor})::numeric / 100 END`,
    ],
  ],
  new: (m, value) => [
    [m.minorColumn, value.minor],
    ['currency', value.currency],
  ],
};

/** The columns and values of an INSERT, for what a phase writes. */
export function writeMoney(phase: Phase, m: MoneyColumns, value: MoneyExpression) {
  const pairs = phase.writes.flatMap((shape) => {
    const minor = shape === 'new' ? (phase.intoNew?.(value.minor) ?? value.minor) : value.minor;
    return writeShape[shape](m, { ...value, minor });
  });
  return {
    columns: pairs.map(([column]) => column).join(', '),
    values: pairs.map(([, sql]) => sql).join(', '),
  };
}

/** The amount as a phase reads it from table alias `row`: its shape first, then its fallback. */
export function readMoney(phase: Phase, m: MoneyColumns, row: string): MoneyExpression {
  const first = readShape[phase.reads](m, row);
  if (phase.fallsBackTo === null) return first;
  const second = readShape[phase.fallsBackTo](m, row);
  return {
    minor: `coalesce(${first.minor}, ${second.minor})`,
    currency: `coalesce(${first.currency}, ${second.currency})`,
  };
}
