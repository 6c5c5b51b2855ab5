-- Up Migration

-- The validated guard proves that no NULL is left, so SET NOT NULL reads no row.
ALTER TABLE orders
  ALTER COLUMN ship_street SET NOT NULL,
  ALTER COLUMN ship_postcode SET NOT NULL,
  ALTER COLUMN ship_city SET NOT NULL,
  ALTER COLUMN ship_country SET NOT NULL;
ALTER TABLE orders
  DROP CONSTRAINT orders_ship_to_set,
  DROP COLUMN shipping_address;

UPDATE schema_state SET state = 'contracted', oldest_release = '6.0', changed_at = now()
WHERE change_name = 'shipping-address';
