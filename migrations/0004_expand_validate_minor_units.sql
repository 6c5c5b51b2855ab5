-- Up Migration

-- Reads every row under SHARE UPDATE EXCLUSIVE: readers and writers go on meanwhile.
ALTER TABLE orders VALIDATE CONSTRAINT orders_minor_units_set;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_minor_units_set;
ALTER TABLE payments VALIDATE CONSTRAINT payments_minor_units_set;

-- Down Migration

-- Nothing to take back: the guards go with the migration that made them.
