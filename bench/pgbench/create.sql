-- The order transaction's statements, without Node: what PostgreSQL itself can do.
\set a random(0, :products - 1)
\set b (:a + random(1, :products - 1)) % :products
\set customer random(0, :customers - 1)
BEGIN;
WITH locked AS MATERIALIZED (
  SELECT sku FROM products WHERE sku = ANY (ARRAY['sku-' || :a, 'sku-' || :b])
  ORDER BY sku FOR NO KEY UPDATE
)
UPDATE products p SET stock = p.stock - w.quantity
FROM locked, unnest(ARRAY['sku-' || :a, 'sku-' || :b], ARRAY[1, 1]) AS w (sku, quantity),
  product_prices c
WHERE p.sku = locked.sku AND w.sku = p.sku AND p.stock >= w.quantity
  AND c.sku = p.sku AND c.currency = 'USD'
RETURNING p.sku, (round(c.price, 2) * 100)::int AS unit_minor;
INSERT INTO orders (id, customer_id, status, total)
VALUES (uuidv7(), 'customer-' || :customer, 'placed', 39.98) RETURNING id, created_at \gset
INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
SELECT :id::uuid, w.line, w.sku, w.quantity, w.unit_price
FROM unnest(ARRAY['sku-' || :a, 'sku-' || :b], ARRAY[1, 1], ARRAY[19.99, 19.99]) WITH ORDINALITY
  AS w (sku, quantity, unit_price, line);
COMMIT;
