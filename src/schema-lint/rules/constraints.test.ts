import { describe } from 'vitest';
import { contract, expand, testPlanted } from '../planted.ts';
import { constraintRules } from './constraints.ts';

const ids = constraintRules.map(({ id }) => id);

const column = expand('ALTER TABLE orders ADD COLUMN minor bigint;');
const guard = expand(
  'ALTER TABLE orders ADD CONSTRAINT minor_set CHECK (minor IS NOT NULL AND minor > 0) NOT VALID;',
);
const validate = expand('ALTER TABLE orders VALIDATE CONSTRAINT minor_set;');
const enforce = 'ALTER TABLE orders ALTER COLUMN minor SET NOT NULL;';
const whole = [column, guard, validate, contract(enforce)];

describe('constraints and defaults', () => {
  testPlanted(ids, [
    {
      rule: 'not-null-in-expand',
      breaks: [column, guard, validate, expand(enforce)],
      fine: whole,
    },
    { rule: 'not-null-unproved', breaks: [column, contract(enforce)], fine: whole },
    { rule: 'not-null-unproved', breaks: [column, guard, contract(enforce)], fine: whole },
    {
      // Validated in the same migration, the proof holds the lock.
      rule: 'not-null-unproved',
      breaks: [column, guard, contract(`${validate.text} ${enforce}`)],
      fine: whole,
    },
    {
      rule: 'not-null-unproved',
      breaks: [
        column,
        expand('ALTER TABLE orders ADD CONSTRAINT minor_set CHECK (minor > 0) NOT VALID;'),
        validate,
        contract(enforce),
      ],
      fine: whole,
    },
    {
      rule: 'not-null-unproved',
      breaks: [
        column,
        guard,
        validate,
        contract('ALTER TABLE orders ALTER COLUMN minor SET NOT NULL, DROP CONSTRAINT minor_set;'),
      ],
      fine: [
        column,
        guard,
        validate,
        contract(`${enforce} ALTER TABLE orders DROP CONSTRAINT minor_set;`),
      ],
    },
    {
      rule: 'not-null-unproved',
      breaks: [
        expand(`-- Up Migration
ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
-- Down Migration
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;`),
      ],
      fine: [
        expand(`-- Up Migration
ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
-- Down Migration
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;`),
      ],
    },
    {
      rule: 'default-dropped-early',
      breaks: [expand('ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;')],
      fine: [contract('ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;')],
    },
    {
      rule: 'default-dropped-early',
      breaks: [
        expand(`ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
ALTER TABLE orders ALTER COLUMN channel DROP DEFAULT;`),
      ],
      fine: [
        expand(`ALTER TABLE orders ADD COLUMN channel text DEFAULT 'web';
ALTER TABLE orders ALTER COLUMN channel DROP DEFAULT;`),
      ],
    },
    {
      rule: 'check-scans-table',
      breaks: [expand("ALTER TABLE orders ADD CONSTRAINT named CHECK (customer <> '');")],
      fine: [expand("ALTER TABLE orders ADD CONSTRAINT named CHECK (customer <> '') NOT VALID;")],
    },
    {
      rule: 'check-scans-table',
      breaks: [expand('ALTER TABLE orders ADD COLUMN minor bigint CHECK (minor > 0);')],
      fine: [expand('CREATE TABLE gifts (id bigint, minor bigint CHECK (minor > 0));')],
    },
    {
      rule: 'validate-too-soon',
      breaks: [
        column,
        expand(
          `ALTER TABLE orders ADD CONSTRAINT minor_set CHECK (minor > 0) NOT VALID; ${validate.text}`,
        ),
      ],
      fine: [column, guard, validate],
    },
    {
      rule: 'validate-too-soon',
      breaks: [
        expand(`ALTER TABLE orders ADD FOREIGN KEY (note) REFERENCES products NOT VALID,
  VALIDATE CONSTRAINT orders_note_fkey;`),
      ],
      fine: [
        expand('ALTER TABLE orders ADD FOREIGN KEY (note) REFERENCES products NOT VALID;'),
        expand('ALTER TABLE orders VALIDATE CONSTRAINT orders_note_fkey;'),
      ],
    },
    {
      rule: 'check-too-early',
      inOneRelease: true,
      breaks: [column, guard],
      fine: [
        column,
        expand('ALTER TABLE orders ADD CONSTRAINT minor_set CHECK (minor > 0) NOT VALID;'),
      ],
    },
    {
      rule: 'check-too-early',
      breaks: [expand(`${column.text} ${guard.text}`)],
      fine: [column, guard],
    },
  ]);
});
