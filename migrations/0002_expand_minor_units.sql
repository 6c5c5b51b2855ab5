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

UPDATE schema_state SET state = 'expanded', oldest_release = '1.0', changed_at = now();
