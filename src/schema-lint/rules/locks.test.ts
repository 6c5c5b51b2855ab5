import { describe } from 'vitest';
import { contract, expand, script, testPlanted } from '../planted.ts';
import { lockRules } from './locks.ts';

const ids = lockRules.map(({ id }) => id);

const build = 'CREATE INDEX CONCURRENTLY orders_by_note ON orders (note)';
const alone = script(`pgm.noTransaction(); pgm.sql('${build}');`);

describe('locks, transactions and sessions', () => {
  testPlanted(ids, [
    { rule: 'concurrently-in-transaction', breaks: [expand(`${build};`)], fine: [alone] },
    {
      rule: 'concurrently-in-transaction',
      breaks: [script("pgm.createIndex('orders', 'note', { concurrently: true });")],
      fine: [
        script("pgm.noTransaction(); pgm.createIndex('orders', 'note', { concurrently: true });"),
      ],
    },
    {
      rule: 'concurrently-in-transaction',
      breaks: [expand('DROP INDEX CONCURRENTLY orders_by_note;')],
      fine: [
        script("pgm.noTransaction(); pgm.sql('DROP INDEX CONCURRENTLY IF EXISTS orders_by_note');"),
      ],
    },
    {
      rule: 'concurrently-not-alone',
      breaks: [script(`pgm.noTransaction(); pgm.sql('${build}; SELECT 1');`)],
      fine: [script(`pgm.noTransaction(); pgm.sql('${build}'); pgm.sql('SELECT 1');`)],
    },
    {
      rule: 'concurrently-if-not-exists',
      breaks: [
        script(
          "pgm.noTransaction(); pgm.sql('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one ON orders (note)');",
        ),
      ],
      fine: [
        script(
          "pgm.noTransaction(); pgm.sql('CREATE UNIQUE INDEX CONCURRENTLY one ON orders (note)');",
        ),
      ],
    },
    {
      rule: 'concurrently-unnamed',
      breaks: [
        script("pgm.noTransaction(); pgm.sql('CREATE INDEX CONCURRENTLY ON orders (note)');"),
      ],
      fine: [alone],
    },
    {
      rule: 'outside-transaction',
      breaks: [
        script("pgm.noTransaction(); pgm.sql('ALTER TABLE orders ADD COLUMN gift boolean');"),
      ],
      fine: [script("pgm.sql('ALTER TABLE orders ADD COLUMN gift boolean');")],
    },
    {
      rule: 'rows-in-migration',
      breaks: [expand("UPDATE orders SET note = '' WHERE note IS NULL;")],
      fine: [expand("UPDATE schema_state SET state = 'expanded';")],
    },
    {
      rule: 'rows-in-migration',
      breaks: [expand('DELETE FROM products;')],
      fine: [
        expand('CREATE TABLE gifts (id bigint); INSERT INTO gifts VALUES (1); DELETE FROM gifts;'),
      ],
    },
    {
      rule: 'rows-in-migration',
      breaks: [contract('INSERT INTO products (sku, stock) SELECT note, 0 FROM orders;')],
      fine: [contract("INSERT INTO products (sku, stock) VALUES ('gift', 0);")],
    },
    {
      rule: 'rows-in-migration',
      breaks: [expand('WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone;')],
      fine: [expand('WITH seen AS (SELECT id FROM orders) SELECT count(*) FROM seen;')],
    },
    {
      rule: 'lock-whole-table',
      breaks: [expand('LOCK TABLE orders;')],
      fine: [expand('ALTER TABLE orders SET (fillfactor = 90);')],
    },
    {
      rule: 'session-setting',
      breaks: [expand("SET statement_timeout = '1min';")],
      fine: [expand("SET LOCAL statement_timeout = '1min';")],
    },
    {
      rule: 'session-setting',
      breaks: [expand("SET LOCAL lock_timeout = '1min';")],
      fine: [expand("SET LOCAL work_mem = '64MB';")],
    },
    {
      rule: 'session-setting',
      breaks: [script("pgm.noTransaction(); pgm.sql('SET LOCAL work_mem = 1000');")],
      fine: [script("pgm.sql('SET LOCAL work_mem = 1000');")],
    },
    {
      rule: 'advisory-lock',
      breaks: [expand('SELECT pg_advisory_lock(7);')],
      fine: [expand('SELECT pg_advisory_xact_lock(7);')],
    },
    {
      rule: 'transaction-control',
      breaks: [expand('COMMIT; BEGIN;')],
      fine: [expand('SAVEPOINT here; RELEASE SAVEPOINT here;')],
    },
    {
      rule: 'hidden-sql',
      breaks: [expand('DO $$ BEGIN ALTER TABLE orders RENAME total TO sum; END $$;')],
      fine: [expand('DO $$ BEGIN CREATE ROLE reader NOLOGIN; END $$;')],
    },
    {
      rule: 'hidden-sql',
      breaks: [expand("DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'orders'; END $$;")],
      fine: [expand('GRANT SELECT (note) ON orders TO reader;')],
    },
  ]);
});
