-- Up Migration

-- The Database Trap: what is wrong with it is the whole of it. Each column is renamed and rewritten
-- in place, for a release that asks for the new names, while the one that asks for the old names is
-- still serving everybody.
ALTER TABLE orders RENAME COLUMN total TO total_minor;
ALTER TABLE orders
  ALTER COLUMN total_minor TYPE bigint USING (total_minor * 100)::bigint,
  ADD COLUMN currency char(3) NOT NULL DEFAULT 'USD';

ALTER TABLE order_items RENAME COLUMN unit_price TO unit_price_minor;
ALTER TABLE order_items
  ALTER COLUMN unit_price_minor TYPE bigint USING (unit_price_minor * 100)::bigint,
  ADD COLUMN currency char(3) NOT NULL DEFAULT 'USD';

ALTER TABLE payments RENAME COLUMN amount TO amount_minor;
ALTER TABLE payments
  ALTER COLUMN amount_minor TYPE bigint USING (amount_minor * 100)::bigint,
  ADD COLUMN currency char(3) NOT NULL DEFAULT 'USD';

GRANT SELECT (currency), INSERT (currency) ON orders, order_items, payments TO scaleretail_api;

INSERT INTO schema_state (change_name, state, oldest_release)
VALUES ('minor-units', 'contracted', '3.0');
