-- Up Migration

-- The service's rights. It owns nothing and can do no DDL; a login is given these by
-- `GRANT scaleretail_api TO <login>`. Roles belong to the whole cluster, so another database
-- may have made it already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scaleretail_api') THEN
    CREATE ROLE scaleretail_api NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- two databases of one cluster were set up in the same moment
END
$$;

CREATE TABLE products (
  sku   text PRIMARY KEY,
  name  text NOT NULL,
  stock integer NOT NULL CHECK (stock >= 0)
);

-- A price is a rate, not yet money: it may be finer than the currency's smallest coin and is
-- rounded once, when an order line is made of it.
CREATE TABLE product_prices (
  sku      text NOT NULL REFERENCES products (sku),
  currency char(3) NOT NULL,
  price    numeric(18, 6) NOT NULL CHECK (price >= 0),
  PRIMARY KEY (sku, currency)
);

CREATE TABLE orders (
  id               uuid PRIMARY KEY,
  customer_id      text NOT NULL,
  status           text NOT NULL CHECK (status IN ('placed', 'paid', 'cancelled')),
  total            numeric(12, 2) NOT NULL,
  -- "street, postcode, city, country", or '' for an order that is sent nowhere.
  shipping_address text NOT NULL DEFAULT '',
  created_at       timestamptz NOT NULL DEFAULT now()
);

-- Ids are UUIDv7, so that "newest first" is the order of the ids.
CREATE INDEX orders_by_customer ON orders (customer_id, id DESC);

CREATE TABLE order_items (
  order_id   uuid NOT NULL REFERENCES orders (id),
  line       smallint NOT NULL,
  sku        text NOT NULL REFERENCES products (sku),
  quantity   integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(12, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);

CREATE TABLE payments (
  id                uuid PRIMARY KEY,
  order_id          uuid NOT NULL REFERENCES orders (id),
  customer_id       text NOT NULL,
  status            text NOT NULL CHECK (status IN ('pending', 'captured', 'declined')),
  amount            numeric(12, 2) NOT NULL,
  card_token        text NOT NULL,
  gateway_charge_id text,
  attempts          integer NOT NULL DEFAULT 0,
  next_attempt_at   timestamptz NOT NULL DEFAULT now(),
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now()
);

-- One order is never charged twice: a second live payment cannot even be written down.
CREATE UNIQUE INDEX payments_one_live_per_order ON payments (order_id)
  WHERE status IN ('pending', 'captured');
CREATE INDEX payments_by_order ON payments (order_id);
-- What the reconciler looks for: few rows, however many payments there are.
CREATE INDEX payments_pending ON payments (next_attempt_at) WHERE status = 'pending';

-- Younger than the change of the money columns, so it is born in the new shape.
CREATE TABLE refunds (
  id                uuid PRIMARY KEY,
  payment_id        uuid NOT NULL REFERENCES payments (id),
  customer_id       text NOT NULL,
  status            text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
  currency          char(3) NOT NULL,
  gateway_refund_id text,
  attempts          integer NOT NULL DEFAULT 0,
  next_attempt_at   timestamptz NOT NULL DEFAULT now(),
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refunds_by_payment ON refunds (payment_id);
CREATE INDEX refunds_pending ON refunds (next_attempt_at) WHERE status = 'pending';

CREATE TABLE idempotency_keys (
  customer_id     text NOT NULL,
  key             text NOT NULL,
  request_hash    text NOT NULL,
  -- The last step that is committed, and what it made; see src/idempotency/recovery-points.ts.
  recovery_point  text NOT NULL
    CHECK (recovery_point IN ('payment-pending', 'refund-pending', 'finished')),
  resource_id     uuid,
  locked_until    timestamptz NOT NULL DEFAULT now(),
  response_status smallint,
  response_body   text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  PRIMARY KEY (customer_id, key),
  CHECK ((recovery_point = 'finished') = (response_status IS NOT NULL AND response_body IS NOT NULL))
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
-- The reconciler finds the key of what it has finished.
CREATE INDEX idempotency_keys_by_resource ON idempotency_keys (resource_id)
  WHERE recovery_point <> 'finished';

-- What the schema knows of itself and of those who use it.

-- How far each change is. One that has not begun has no row, and no evidence either: whatever was
-- found out about a change goes with its row when it is rolled back.
CREATE TABLE schema_state (
  change_name    text PRIMARY KEY,
  state          text NOT NULL CHECK (state IN ('expanded', 'relaxed', 'contracted')),
  -- While a rollback is under way: a release must run on both states then.
  going_back_to  text CHECK (going_back_to IN ('baseline', 'expanded')),
  oldest_release text NOT NULL,
  changed_at     timestamptz NOT NULL DEFAULT now()
);

-- A row an instance, renewed by its heartbeat and kept after its end.
CREATE TABLE service_instances (
  instance_id        text PRIMARY KEY,
  release            text NOT NULL,
  heartbeat_ms       integer NOT NULL,
  started_at         timestamptz NOT NULL DEFAULT now(),
  last_seen_at       timestamptz NOT NULL DEFAULT now(),
  stopped_at         timestamptz,
  rights_denied_at   timestamptz,
  rights_denied      bigint NOT NULL DEFAULT 0
);

-- The evidence of who used which change's old columns, and until when.
CREATE TABLE service_instance_changes (
  instance_id    text NOT NULL REFERENCES service_instances ON DELETE CASCADE,
  change_name    text NOT NULL,
  phase          text NOT NULL,
  old_only_until timestamptz,
  old_read_at    timestamptz,
  old_written_at timestamptz,
  PRIMARY KEY (instance_id, change_name)
);

-- How far the backfill of a table is. It fills the new columns or, for the way back, the old ones.
CREATE TABLE backfill_progress (
  change_name text NOT NULL REFERENCES schema_state ON DELETE CASCADE,
  table_name  text NOT NULL,
  direction   text NOT NULL CHECK (direction IN ('new', 'old')),
  -- Counted where the table is small, estimated where it is large.
  rows_total  bigint NOT NULL,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (change_name, table_name)
);

-- The parts of a table that are walked side by side: from cursor_key, exclusive, to upper_key.
CREATE TABLE backfill_ranges (
  change_name  text NOT NULL,
  table_name   text NOT NULL,
  range_no     smallint NOT NULL,
  cursor_key   jsonb,
  upper_key    jsonb,
  rows_done    bigint NOT NULL DEFAULT 0,
  rows_changed bigint NOT NULL DEFAULT 0,
  finished_at  timestamptz,
  PRIMARY KEY (change_name, table_name, range_no),
  FOREIGN KEY (change_name, table_name) REFERENCES backfill_progress ON DELETE CASCADE
);

-- What an operator wants of the runs, read with each batch.
CREATE TABLE backfill_control (
  change_name     text PRIMARY KEY,
  paused          boolean NOT NULL DEFAULT false,
  rows_per_second integer CHECK (rows_per_second > 0),
  -- Ends the runs that had begun by then, and no later one.
  stopped_at      timestamptz
);

-- A row a run, renewed while it lives: what it does and why it waits, for whoever is elsewhere.
CREATE TABLE backfill_runs (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_name text NOT NULL REFERENCES schema_state ON DELETE CASCADE,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at    timestamptz,
  outcome     text,
  figures     jsonb
);

-- Comparisons of all rows of a change, each complete: the evidence for the gates.
CREATE TABLE verification_runs (
  id           bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  change_name  text NOT NULL REFERENCES schema_state ON DELETE CASCADE,
  started_at   timestamptz NOT NULL,
  finished_at  timestamptz NOT NULL,
  rows_checked bigint NOT NULL,
  -- Of those, the ones that a clean run begun at known_since had compared, not written since.
  rows_known   bigint NOT NULL DEFAULT 0,
  known_since  timestamptz,
  unfilled     bigint NOT NULL,
  different    bigint NOT NULL,
  mismatches   bigint NOT NULL GENERATED ALWAYS AS (unfilled + different) STORED,
  -- What a later run can be based on: see src/schema-change/verify/watermark.ts.
  watermark    xid8,
  fingerprint  text
);

-- The one that is under way, at most one a change. It is no evidence before its end.
CREATE TABLE verification_passes (
  change_name   text PRIMARY KEY REFERENCES schema_state ON DELETE CASCADE,
  run_id        bigint NOT NULL,
  started_at    timestamptz NOT NULL,
  watermark     xid8 NOT NULL,
  fingerprint   text NOT NULL,
  -- Start and watermark of the run on whose word it goes; NULL: every row is compared.
  known_since   timestamptz,
  changed_since xid8,
  CHECK ((known_since IS NULL) = (changed_since IS NULL))
);

-- Does not go with the pass: a row is locked for as long as its table is compared, and whoever
-- begins the pass anew must not have to wait for that.
CREATE TABLE verification_progress (
  run_id        bigint NOT NULL,
  table_name    text NOT NULL,
  change_name   text NOT NULL REFERENCES schema_state ON DELETE CASCADE,
  cursor_key    jsonb,
  rows_expected bigint NOT NULL,
  rows_compared bigint NOT NULL DEFAULT 0,
  rows_known    bigint NOT NULL DEFAULT 0,
  unfilled      bigint NOT NULL DEFAULT 0,
  different     bigint NOT NULL DEFAULT 0,
  bad_keys      jsonb NOT NULL DEFAULT '[]',
  finished      boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run_id, table_name)
);

CREATE TABLE brownouts (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_name    text NOT NULL REFERENCES schema_state ON DELETE CASCADE,
  window_seconds integer NOT NULL,
  started_at     timestamptz NOT NULL DEFAULT now(),
  ends_at        timestamptz NOT NULL,
  finished_at    timestamptz,
  -- Who watches, for people; whether that one still does is told by its advisory lock.
  watcher        text NOT NULL,
  -- The rights that were taken away, to be given back as they were.
  rights         jsonb NOT NULL,
  outcome        text NOT NULL DEFAULT 'watching'
    CHECK (outcome IN ('watching', 'passed', 'undone')),
  reason         text
);

GRANT USAGE ON SCHEMA public TO scaleretail_api;
GRANT SELECT ON product_prices TO scaleretail_api;
GRANT SELECT, UPDATE (stock) ON products TO scaleretail_api;
GRANT SELECT, INSERT, UPDATE ON service_instances, service_instance_changes TO scaleretail_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO scaleretail_api;
GRANT SELECT, INSERT, UPDATE ON refunds TO scaleretail_api;
GRANT SELECT ON schema_state, backfill_progress, backfill_ranges TO scaleretail_api;

-- Column by column, so that the rights on a single column can be taken away and given back.
GRANT SELECT (id, customer_id, status, total, shipping_address, created_at),
      INSERT (id, customer_id, status, total, shipping_address, created_at),
      UPDATE (status) ON orders TO scaleretail_api;
GRANT SELECT (order_id, line, sku, quantity, unit_price),
      INSERT (order_id, line, sku, quantity, unit_price) ON order_items TO scaleretail_api;
GRANT SELECT (id, order_id, customer_id, status, amount, card_token, gateway_charge_id, attempts,
        next_attempt_at, created_at, updated_at),
      INSERT (id, order_id, customer_id, status, amount, card_token, next_attempt_at),
      UPDATE (status, gateway_charge_id, attempts, next_attempt_at, updated_at)
  ON payments TO scaleretail_api;
