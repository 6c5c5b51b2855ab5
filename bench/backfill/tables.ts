/** A table of the change, as whoever fills it by hand would see it. */
export interface Table {
  readonly name: string;
  readonly key: string;
  readonly old: string;
  readonly minor: string;
}

/** The tables with money, in the order in which the engine takes them. */
export const tables: readonly Table[] = [
  { name: 'orders', key: 'id', old: 'total', minor: 'total_minor' },
  { name: 'order_items', key: 'order_id, line', old: 'unit_price', minor: 'unit_price_minor' },
  { name: 'payments', key: 'id', old: 'amount', minor: 'amount_minor' },
];

/** As in most posts on the matter, and what pgroll and GitLab begin with. */
export const naiveBatch = 1_000;

const assignments = ({ minor, old }: Table): string =>
  `${minor} = (${old} * 100)::bigint, currency = 'USD'`;

/** Everything in one statement: the fastest way, and every row locked until its end. */
export const fillAtOnceSql = (table: Table): string =>
  `UPDATE ${table.name} SET ${assignments(table)} WHERE ${table.minor} IS NULL`;

/** The loop's statement: some rows that are still empty, wherever they are. */
export const fillSomeSql = (table: Table): string =>
  `UPDATE ${table.name} SET ${assignments(table)} WHERE (${table.key}) IN
     (SELECT ${table.key} FROM ${table.name} WHERE ${table.minor} IS NULL LIMIT ${naiveBatch})`;

/** How many rows do not hold what they should, in all tables. */
export const rowsLeftSql = `SELECT ${tables
  .map(
    ({ name, minor, old }) =>
      `(SELECT count(*) FROM ${name} WHERE ${minor} IS DISTINCT FROM (${old} * 100)::bigint
          OR currency IS DISTINCT FROM 'USD')`,
  )
  .join(' + ')} AS rows`;
