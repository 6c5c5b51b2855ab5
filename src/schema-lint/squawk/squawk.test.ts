import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contract, expand, plant, script, testPlanted } from '../planted.ts';
import { squawkRules } from './rules.ts';

/** Those that stand for a trap; the others are taken from squawk as they are. */
const relied = Object.entries(squawkRules)
  .filter(([, { off, traps }]) => off === undefined && traps !== undefined)
  .map(([name]) => `squawk/${name}`);

describe('traps that are left to squawk', () => {
  testPlanted(relied, [
    {
      rule: 'squawk/adding-field-with-default',
      breaks: [expand('ALTER TABLE orders ADD COLUMN ref uuid DEFAULT gen_random_uuid();')],
      fine: [expand("ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';")],
    },
    {
      rule: 'squawk/adding-foreign-key-constraint',
      breaks: [expand('ALTER TABLE orders ADD FOREIGN KEY (note) REFERENCES products (sku);')],
      fine: [
        expand(
          'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (note) REFERENCES products (sku) NOT VALID;',
        ),
        expand('ALTER TABLE orders VALIDATE CONSTRAINT f;'),
      ],
    },
    {
      rule: 'squawk/adding-required-field',
      breaks: [expand('ALTER TABLE orders ADD COLUMN minor bigint NOT NULL;')],
      fine: [expand('ALTER TABLE orders ADD COLUMN minor bigint;')],
    },
    {
      rule: 'squawk/adding-serial-primary-key-field',
      breaks: [expand('ALTER TABLE orders ADD PRIMARY KEY (note);')],
      fine: [expand('ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_by_note;')],
    },
    {
      rule: 'squawk/ban-truncate-cascade',
      also: ['cascade', 'rows-in-migration'],
      breaks: [expand('TRUNCATE orders CASCADE;')],
      fine: [expand('GRANT TRUNCATE ON orders TO reader;')],
    },
    {
      rule: 'squawk/changing-column-type',
      breaks: [expand('ALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2);')],
      fine: [expand('ALTER TABLE orders ADD COLUMN amount numeric(14, 2);')],
    },
    {
      rule: 'squawk/disallowed-unique-constraint',
      breaks: [expand('ALTER TABLE orders ADD CONSTRAINT one UNIQUE (note);')],
      fine: [
        script(
          "pgm.noTransaction(); pgm.sql('CREATE UNIQUE INDEX CONCURRENTLY one ON orders (note)');",
        ),
        expand('ALTER TABLE orders ADD CONSTRAINT one UNIQUE USING INDEX one;'),
      ],
    },
    {
      rule: 'squawk/prefer-identity',
      breaks: [expand('CREATE TABLE gifts (id bigserial);')],
      fine: [expand('CREATE TABLE gifts (id bigint GENERATED ALWAYS AS IDENTITY);')],
    },
    {
      rule: 'squawk/require-concurrent-index-creation',
      breaks: [expand('CREATE UNIQUE INDEX one ON orders (note);')],
      fine: [expand('CREATE TABLE gifts (id bigint); CREATE UNIQUE INDEX one ON gifts (id);')],
    },
    {
      rule: 'squawk/require-concurrent-index-deletion',
      breaks: [contract('DROP INDEX orders_by_note;')],
      fine: [script("pgm.noTransaction(); pgm.sql('DROP INDEX CONCURRENTLY orders_by_note');")],
    },
    {
      rule: 'squawk/require-concurrent-partition-detach',
      breaks: [expand('ALTER TABLE orders DETACH PARTITION orders_2020;')],
      fine: [
        script(
          "pgm.noTransaction(); pgm.sql('ALTER TABLE orders DETACH PARTITION orders_2020 CONCURRENTLY');",
        ),
      ],
    },
    {
      rule: 'squawk/require-concurrent-reindex',
      also: ['outside-transaction'],
      breaks: [script("pgm.noTransaction(); pgm.sql('REINDEX INDEX orders_by_note');")],
      fine: [script("pgm.noTransaction(); pgm.sql('REINDEX INDEX CONCURRENTLY orders_by_note');")],
    },
  ]);
});

it('gives its findings their own lines, in the way back too', async () => {
  const file = expand(`-- Up Migration

-- é
ALTER TABLE orders ADD COLUMN gift boolean;

-- Down Migration
CREATE INDEX one ON orders (note);
ALTER TABLE orders DROP COLUMN gift;`);
  expect(await plant([file])).toEqual([
    '0002_expand_planted.sql:7 squawk/require-concurrent-index-creation',
  ]);
});

it('knows the rules of the squawk that is installed', () => {
  const bin = fileURLToPath(new URL('../../../node_modules/.bin/squawk', import.meta.url));
  const all = Object.keys(squawkRules).flatMap((rule) => ['--exclude', rule]);
  // It refuses a name that it does not have.
  expect(spawnSync(bin, all, { input: 'SELECT 1;' }).status).toBe(0);
  const manifest = new URL('../../../node_modules/squawk-cli/package.json', import.meta.url);
  // Another version may have more of them: look through its list, then change this line.
  expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe('2.66.0');
});
