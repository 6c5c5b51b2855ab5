-- Up Migration

-- The validated guards prove that no NULL is left, so SET NOT NULL reads no row.
ALTER TABLE orders
  ALTER COLUMN total_minor SET NOT NULL,
  ALTER COLUMN currency SET NOT NULL;
ALTER TABLE orders
  DROP CONSTRAINT orders_minor_units_set,
  DROP COLUMN total;

ALTER TABLE order_items
  ALTER COLUMN unit_price_minor SET NOT NULL,
  ALTER COLUMN currency SET NOT NULL;
ALTER TABLE order_items
  DROP CONSTRAINT order_items_minor_units_set,
  DROP COLUMN unit_price;

ALTER TABLE payments
  ALTER COLUMN amount_minor SET NOT NULL,
  ALTER COLUMN currency SET NOT NULL;
ALTER TABLE payments
  DROP CONSTRAINT payments_minor_units_set,
  DROP COLUMN amount;

UPDATE schema_state SET state = 'contracted', oldest_release = '3.0', changed_at = now()
WHERE change_name = 'minor-units';
