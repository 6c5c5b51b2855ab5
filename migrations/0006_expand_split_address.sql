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
