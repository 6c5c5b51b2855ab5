import { describe, expect, it } from 'vitest';
import { inFolder } from '../planted.ts';
import { type Direction, emittedBy } from './emitted.ts';

function emitted(file: string, text: string, direction: Direction = 'up') {
  const name = file.replace(/\.\w+$/, '');
  return inFolder({ [file]: text, '0000_expand_other.sql': 'SELECT 0;' }, (folder) =>
    emittedBy(folder, name, direction),
  );
}

describe('what node-pg-migrate sends', () => {
  it('is a whole .sql file as one query in a transaction, with the runner’s bookkeeping', async () => {
    const found = await emitted('0001_expand_a.sql', '-- Up Migration\nSELECT 1;\nSELECT 2;\n');
    expect(found?.queries).toEqual([
      { sql: '-- Up Migration\nSELECT 1;\nSELECT 2;\n;', inTransaction: true },
    ]);
    expect(found?.everything).toEqual([
      'BEGIN;',
      '-- Up Migration\nSELECT 1;\nSELECT 2;\n;',
      `INSERT INTO "public"."pgmigrations" (name, run_on) VALUES ('0001_expand_a', NOW());`,
      'COMMIT;',
    ]);
  });

  it('has a query for each step of a .ts file, outside a transaction where it says so', async () => {
    const code = `import type { MigrationBuilder } from 'node-pg-migrate';
export function up(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  pgm.sql('SELECT 1');
  pgm.sql('SELECT 2');
}`;
    expect((await emitted('0001_expand_a.ts', code))?.queries).toEqual([
      { sql: 'SELECT 1;', inTransaction: false },
      { sql: 'SELECT 2;', inTransaction: false },
    ]);
  });

  it('has the way back that is written, or that it works out by itself', async () => {
    const sql = '-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;';
    expect((await emitted('0001_expand_a.sql', sql, 'down'))?.queries[0]?.sql).toContain(
      'SELECT 2',
    );
    const code = "export const up = (pgm) => pgm.createIndex('a', 'b');";
    const down = await emitted('0001_expand_a.ts', code, 'down');
    expect(down?.queries[0]?.sql).toBe('DROP INDEX "a_b_index";');
  });

  it.each([
    ['0001_expand_a.sql', 'SELECT 1;'],
    ['0001_expand_a.ts', 'export const up = () => {}; export const down = false;'],
    ['0001_expand_a.ts', "export const up = (pgm) => pgm.sql('SELECT 1');"],
  ])('has no way back where there is none: %s %s', async (file, text) => {
    expect(await emitted(file, text, 'down')).toBeNull();
  });

  it('counts what a migration asks by itself as outside its transaction', async () => {
    const code = "export const up = async (pgm) => { await pgm.db.query('LOCK TABLE a'); };";
    expect((await emitted('0001_expand_a.ts', code))?.queries).toEqual([
      { sql: 'LOCK TABLE a', inTransaction: false },
    ]);
  });

  it('is told in a sentence when it cannot be run', async () => {
    await expect(emitted('0001_expand_a.ts', 'export const up = 7;')).rejects.toThrow(
      /^0001_expand_a \(up\) cannot be run: Unknown value for direction: up/,
    );
    await expect(emitted('0001_expand_a.ts', 'export const')).rejects.toThrow(/cannot be run/);
  });
});
