import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tablesLockedBy } from './lock-together.ts';

const migration = (name: string) =>
  readFileSync(new URL(`../../../migrations/${name}.sql`, import.meta.url), 'utf8');

describe('tablesLockedBy', () => {
  it.each([
    [
      'ALTER TABLE a ADD COLUMN x int; ALTER TABLE b DROP COLUMN y; ALTER TABLE a ADD z int',
      'a, b',
    ],
    ['alter table if exists only shop."b c"\n  ADD COLUMN x int', 'shop."b c"'],
    ['ALTER TABLE a\n  VALIDATE CONSTRAINT c; ALTER TABLE b VALIDATE CONSTRAINT c', ''],
    ['DROP TABLE IF EXISTS a; ALTER TABLE b RENAME TO c', 'a, b'],
    ['-- ALTER TABLE a\nSELECT 1', ''],
    ['CREATE INDEX CONCURRENTLY i ON a (x)', ''],
    ['INSERT INTO pgmigrations (name, run_on) VALUES ($1, now())', ''],
  ])('%j: %j', (sql, tables) => {
    expect(tablesLockedBy(sql).join(', ')).toBe(tables);
  });

  it('finds the three tables of each migration that stops their readers', () => {
    const three = ['orders', 'order_items', 'payments'];
    expect(tablesLockedBy(migration('0002_expand_minor_units'))).toEqual(three);
    expect(tablesLockedBy(migration('0003_expand_relax_decimal_money'))).toEqual(three);
    expect(tablesLockedBy(migration('0004_expand_validate_minor_units'))).toEqual([]);
    expect(tablesLockedBy(migration('0005_contract_drop_decimal_money'))).toEqual(three);
  });
});
