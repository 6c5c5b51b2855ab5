-- The two transactions of a payment; the gateway between them answers in no time.
-- A variable of a client outlives its transactions, so that each pays an order nobody else pays.
\set turn :turn + 1
\set n :firstPayable + :turn * :clients + :client_id
BEGIN;
SELECT customer_id, status, total::text AS total FROM orders
WHERE id = ('019b0000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid FOR UPDATE;
INSERT INTO payments (id, order_id, customer_id, status, amount, card_token)
VALUES (uuidv7(), ('019b0000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid,
  'customer-1', 'pending', 39.98, 'tok_visa') RETURNING id, created_at \gset
COMMIT;
BEGIN;
UPDATE payments SET status = 'captured', gateway_charge_id = 'ch', updated_at = now()
WHERE id = :id::uuid;
UPDATE orders SET status = 'paid'
WHERE id = ('019b0000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid;
COMMIT;
