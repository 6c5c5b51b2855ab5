-- Up Migration

-- Release 3.0 writes the new columns only, so the old ones may be NULL from here on. The guard
-- holds for every row written from now, which makes a forgotten writer of the old shape fail
-- loudly (23514) instead of leaving a hole. NOT VALID: the rows that exist are looked at by the
-- next migration, without a lock that stops writers.
ALTER TABLE orders
  ADD CONSTRAINT orders_minor_units_set
    CHECK (total_minor IS NOT NULL AND currency IS NOT NULL) NOT VALID,
  ALTER COLUMN total DROP NOT NULL;
ALTER TABLE order_items
  ADD CONSTRAINT order_items_minor_units_set
    CHECK (unit_price_minor IS NOT NULL AND currency IS NOT NULL) NOT VALID,
  ALTER COLUMN unit_price DROP NOT NULL;
ALTER TABLE payments
  ADD CONSTRAINT payments_minor_units_set
    CHECK (amount_minor IS NOT NULL AND currency IS NOT NULL) NOT VALID,
  ALTER COLUMN amount DROP NOT NULL;

UPDATE schema_state SET state = 'relaxed', oldest_release = '2.0', changed_at = now()
WHERE change_name = 'minor-units';

-- Down Migration

-- The rollback has filled the old columns and validated a CHECK that proves it, so SET NOT NULL
-- reads no row.
ALTER TABLE orders
  DROP CONSTRAINT orders_minor_units_set,
  ALTER COLUMN total SET NOT NULL;
ALTER TABLE order_items
  DROP CONSTRAINT order_items_minor_units_set,
  ALTER COLUMN unit_price SET NOT NULL;
ALTER TABLE payments
  DROP CONSTRAINT payments_minor_units_set,
  ALTER COLUMN amount SET NOT NULL;

UPDATE schema_state SET state = 'expanded', oldest_release = '1.0', changed_at = now()
WHERE change_name = 'minor-units';
