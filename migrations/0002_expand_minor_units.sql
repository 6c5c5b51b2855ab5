-- Up Migration

-- Nullable and without default: a change of the catalogue only, no row is touched. Release 1.0
-- names its columns in every statement and does not see these.
ALTER TABLE orders ADD COLUMN total_minor bigint, ADD COLUMN currency char(3);
ALTER TABLE order_items ADD COLUMN unit_price_minor bigint, ADD COLUMN currency char(3);
ALTER TABLE payments ADD COLUMN amount_minor bigint, ADD COLUMN currency char(3);

GRANT SELECT (total_minor, currency), INSERT (total_minor, currency) ON orders TO scaleretail_api;
GRANT SELECT (unit_price_minor, currency), INSERT (unit_price_minor, currency)
  ON order_items TO scaleretail_api;
GRANT SELECT (amount_minor, currency), INSERT (amount_minor, currency)
  ON payments TO scaleretail_api;

INSERT INTO schema_state (change_name, state, oldest_release)
VALUES ('minor-units', 'expanded', '1.0');

-- Down Migration

-- The old columns are NOT NULL: nothing is lost that is not there too. The rights go with the
-- columns, and what was found out about the change with its row.
ALTER TABLE orders DROP COLUMN total_minor, DROP COLUMN currency;
ALTER TABLE order_items DROP COLUMN unit_price_minor, DROP COLUMN currency;
ALTER TABLE payments DROP COLUMN amount_minor, DROP COLUMN currency;

DELETE FROM schema_state WHERE change_name = 'minor-units';
