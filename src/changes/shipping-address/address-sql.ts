import type { Phase, Shape } from '../../schema-change/phases/phases.ts';
import { type AddressExpression, addressColumns, putTogether, takenApart } from './change.ts';

/** How one shape is read from a row. */
const readShape: Readonly<Record<Shape, (row: string) => AddressExpression>> = {
  old: (row) => takenApart(`${row}.shipping_address`),
  new: (row) => ({
    ship_street: `${row}.ship_street`,
    ship_postcode: `${row}.ship_postcode`,
    ship_city: `${row}.ship_city`,
    ship_country: `${row}.ship_country`,
  }),
};

/** How one shape is written, from SQL for each part; '' for each part of none. */
const writeShape: Readonly<Record<Shape, (address: AddressExpression) => string[][]>> = {
  old: (address) => [['shipping_address', putTogether(address)]],
  new: (address) => addressColumns.map((name) => [name, address[name]]),
};

/** The columns and values of an INSERT, for what a phase writes. */
export function writeAddress(phase: Phase, address: AddressExpression) {
  const pairs = phase.writes.flatMap((shape) => writeShape[shape](address));
  return {
    columns: pairs.map(([column]) => column).join(', '),
    values: pairs.map(([, sql]) => sql).join(', '),
  };
}

/** The address as a phase reads it from table alias `row`, as columns of a SELECT. */
export function readAddress(phase: Phase, row: string): string {
  const first = readShape[phase.reads](row);
  const second = phase.fallsBackTo === null ? undefined : readShape[phase.fallsBackTo](row);
  return addressColumns
    .map((name) => (second ? `coalesce(${first[name]}, ${second[name]})` : first[name]))
    .map((sql, index) => `${sql} AS ${addressColumns[index]}`)
    .join(', ');
}
