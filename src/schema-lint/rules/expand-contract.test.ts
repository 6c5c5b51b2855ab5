import { describe, expect, it } from 'vitest';
import { contract, expand, plant, testPlanted } from '../planted.ts';
import { expandContractRules } from './expand-contract.ts';

const ids = expandContractRules.map(({ id }) => id);

describe('what older releases still use', () => {
  testPlanted(ids, [
    {
      rule: 'drop-in-expand',
      breaks: [expand('ALTER TABLE orders DROP COLUMN total;')],
      fine: [contract('ALTER TABLE orders DROP COLUMN total;')],
    },
    {
      rule: 'drop-in-expand',
      breaks: [expand('DROP TABLE products;')],
      fine: [expand('CREATE TABLE sketch (id bigint); DROP TABLE sketch;')],
    },
    {
      rule: 'drop-in-expand',
      breaks: [expand('DROP VIEW totals;')],
      fine: [expand('DROP VIEW totals; CREATE VIEW totals AS SELECT id, total FROM orders;')],
    },
    {
      rule: 'drop-in-expand',
      breaks: [expand('DROP FUNCTION sum_of(uuid);')],
      fine: [expand('DROP TRIGGER sums ON orders;')],
    },
    {
      rule: 'rename-in-expand',
      breaks: [expand('ALTER TABLE orders RENAME COLUMN total TO sum;')],
      fine: [expand('ALTER TABLE orders ADD COLUMN sum numeric(12, 2);')],
    },
    {
      rule: 'rename-in-expand',
      breaks: [expand('ALTER TABLE orders RENAME TO purchases;')],
      fine: [expand('CREATE VIEW purchases AS SELECT id, total FROM orders;')],
    },
    {
      rule: 'rename-in-expand',
      breaks: [expand('ALTER TABLE orders SET SCHEMA archive;')],
      fine: [expand('ALTER INDEX orders_pkey RENAME TO orders_key;')],
    },
    {
      rule: 'contract-too-early',
      stoppedIn: null,
      breaks: [contract('ALTER TABLE orders DROP COLUMN total;')],
      fine: [contract('ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;')],
    },
    {
      rule: 'contract-too-early',
      stoppedIn: null,
      breaks: [contract('ALTER TABLE orders RENAME COLUMN total TO sum;')],
      fine: [contract('GRANT SELECT ON orders TO scaleretail_api;')],
    },
    {
      rule: 'drop-without-change',
      breaks: [contract('ALTER TABLE orders DROP COLUMN customer;')],
      fine: [contract('ALTER TABLE orders DROP COLUMN note;')],
    },
    {
      rule: 'down-drops-more',
      breaks: [
        expand(`-- Up Migration
ALTER TABLE orders ADD COLUMN gift boolean;
-- Down Migration
ALTER TABLE orders DROP COLUMN gift, DROP COLUMN note;`),
      ],
      fine: [
        expand(`-- Up Migration
ALTER TABLE orders ADD COLUMN gift boolean;
CREATE TABLE gifts (id bigint);
-- Down Migration
DROP TABLE gifts;
ALTER TABLE orders DROP COLUMN gift;`),
      ],
    },
    {
      rule: 'cascade',
      breaks: [contract('ALTER TABLE orders DROP COLUMN total CASCADE;')],
      fine: [contract('ALTER TABLE orders DROP COLUMN total RESTRICT;')],
    },
    {
      rule: 'cascade',
      breaks: [contract('DROP VIEW IF EXISTS totals CASCADE;')],
      fine: [contract('DROP VIEW IF EXISTS totals;')],
    },
  ]);
});

it('names the line of the command and not of its statement', async () => {
  const [file] = [
    expand('-- Up Migration\n\nALTER TABLE orders\n  ADD COLUMN é text,\n  DROP COLUMN total;'),
  ];
  expect(await plant([file])).toEqual(['0002_expand_planted.sql:5 drop-in-expand']);
});
