-- One order with its items, by id.
\set n random(1, :orders)
SELECT o.id, o.status, o.total::text AS total,
  (SELECT json_agg(json_build_object(
      'sku', i.sku, 'quantity', i.quantity, 'unitPrice', i.unit_price::text) ORDER BY i.line)
    FROM order_items i WHERE i.order_id = o.id) AS items,
  o.created_at AS "createdAt"
FROM orders o WHERE o.id = ('019b0000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid;
