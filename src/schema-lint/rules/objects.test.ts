import { describe } from 'vitest';
import { contract, expand, testPlanted } from '../planted.ts';
import { objectRules } from './objects.ts';

const ids = objectRules.map(({ id }) => id);

const dropNote = 'ALTER TABLE orders DROP COLUMN note;';
const view = expand('CREATE VIEW notes AS SELECT id, note FROM orders;');
const counted = expand(`ALTER TABLE orders ADD COLUMN number bigint;
CREATE SEQUENCE order_numbers OWNED BY orders.note;
ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('order_numbers');`);

describe('types, and what depends on what', () => {
  testPlanted(ids, [
    {
      rule: 'drop-with-dependents',
      breaks: [view, contract(dropNote)],
      fine: [view, contract(`DROP VIEW notes; ${dropNote}`)],
    },
    {
      rule: 'drop-with-dependents',
      breaks: [expand('CREATE VIEW everything AS SELECT * FROM orders;'), contract(dropNote)],
      fine: [expand('CREATE VIEW counted AS SELECT count(*) FROM orders;'), contract(dropNote)],
    },
    {
      rule: 'drop-with-dependents',
      breaks: [
        expand(`CREATE FUNCTION noted(uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN RETURN (SELECT note FROM orders WHERE id = $1); END $$;`),
        contract(dropNote),
      ],
      fine: [
        expand(`CREATE FUNCTION noted(uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN RETURN (SELECT note FROM orders WHERE id = $1); END $$;`),
        expand(
          "CREATE OR REPLACE FUNCTION noted(uuid) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;",
        ),
        contract(dropNote),
      ],
    },
    {
      rule: 'sequence-left-behind',
      breaks: [counted, contract(dropNote)],
      fine: [
        counted,
        expand('ALTER SEQUENCE order_numbers OWNED BY orders.number;'),
        contract(dropNote),
      ],
    },
    {
      rule: 'enum-type',
      breaks: [expand("CREATE TYPE channel AS ENUM ('web', 'shop');")],
      fine: [expand("CREATE TABLE channels (name text CHECK (name IN ('web', 'shop')));")],
    },
    {
      rule: 'enum-value-used-at-once',
      breaks: [
        expand(
          "ALTER TYPE channel ADD VALUE 'app'; ALTER TABLE orders ALTER status SET DEFAULT 'app';",
        ),
      ],
      fine: [
        expand("ALTER TYPE channel ADD VALUE 'app';"),
        expand("ALTER TABLE orders ALTER status SET DEFAULT 'app';"),
      ],
    },
    {
      rule: 'money-in-float',
      breaks: [expand('ALTER TABLE orders ADD COLUMN fee double precision;')],
      fine: [expand('ALTER TABLE orders ADD COLUMN fee numeric(12, 2);')],
    },
    {
      rule: 'money-in-float',
      breaks: [
        expand('CREATE VIEW cents AS SELECT (total::float8 * 100)::bigint AS c FROM orders;'),
      ],
      fine: [expand('CREATE VIEW cents AS SELECT (total * 100)::bigint AS c FROM orders;')],
    },
  ]);
});
