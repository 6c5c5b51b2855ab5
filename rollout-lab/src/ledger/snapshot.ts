import type { Db } from '../world/db.ts';
import { allKept, beforeTable, shapesOf, storedValue } from './kept.ts';

/**
 * Keeps what the tables hold before anything is changed, out of the service's sight: afterwards
 * every row must be there with the same values, in whatever shape.
 */
export async function takeSnapshot(db: Db): Promise<void> {
  await db.query('CREATE SCHEMA lab');
  for (const kept of allKept) {
    const value = storedValue(kept, await shapesOf(db, kept), 't');
    const copy = beforeTable(kept);
    await db.query(
      `CREATE TABLE ${copy} AS SELECT ${kept.key('t')} AS key, ${value} AS value FROM ${kept.table} t`,
    );
    await db.query(`ALTER TABLE ${copy} ADD PRIMARY KEY (key)`);
  }
  await db.query('CREATE TABLE lab.before_stock AS SELECT sku, stock FROM products');
}
