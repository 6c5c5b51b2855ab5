-- Up Migration

-- Release 6.0 writes the new columns only, so the old one may be NULL from here on. Its default
-- has to go with NOT NULL: left there it would fill '' in for every such writer, which is not "no
-- value" but an address, namely none. The row would say two different things.
ALTER TABLE orders
  ADD CONSTRAINT orders_ship_to_set
    CHECK (ship_street IS NOT NULL AND ship_postcode IS NOT NULL
      AND ship_city IS NOT NULL AND ship_country IS NOT NULL) NOT VALID,
  ALTER COLUMN shipping_address DROP NOT NULL,
  ALTER COLUMN shipping_address DROP DEFAULT;

UPDATE schema_state SET state = 'relaxed', oldest_release = '5.0', changed_at = now()
WHERE change_name = 'shipping-address';

-- Down Migration

-- The rollback has filled the old column and validated a CHECK that proves it, so SET NOT NULL
-- reads no row. The default comes back with it.
ALTER TABLE orders
  DROP CONSTRAINT orders_ship_to_set,
  ALTER COLUMN shipping_address SET DEFAULT '',
  ALTER COLUMN shipping_address SET NOT NULL;

UPDATE schema_state SET state = 'expanded', oldest_release = '3.0', changed_at = now()
WHERE change_name = 'shipping-address';
