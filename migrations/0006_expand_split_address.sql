-- Up Migration

-- Nullable and without default: a change of the catalogue only, no row is touched.
ALTER TABLE orders
  ADD COLUMN ship_street text,
  ADD COLUMN ship_postcode text,
  ADD COLUMN ship_city text,
  ADD COLUMN ship_country text;

GRANT SELECT (ship_street, ship_postcode, ship_city, ship_country),
      INSERT (ship_street, ship_postcode, ship_city, ship_country) ON orders TO scaleretail_api;

INSERT INTO schema_state (change_name, state, oldest_release)
VALUES ('shipping-address', 'expanded', '3.0');

-- Down Migration

-- The old column is NOT NULL: nothing is lost that is not there too. The rights go with the
-- columns, and what was found out about the change with its row.
ALTER TABLE orders
  DROP COLUMN ship_street,
  DROP COLUMN ship_postcode,
  DROP COLUMN ship_city,
  DROP COLUMN ship_country;

DELETE FROM schema_state WHERE change_name = 'shipping-address';
