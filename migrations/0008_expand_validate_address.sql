-- Up Migration

-- Reads every row under SHARE UPDATE EXCLUSIVE: readers and writers go on meanwhile.
ALTER TABLE orders VALIDATE CONSTRAINT orders_ship_to_set;
