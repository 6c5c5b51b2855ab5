/**
 * What stands between the service and PostgreSQL. `transaction`: a pooler such as PgBouncer in
 * transaction mode, which lends a server's connection for one transaction and then to somebody else.
 * So nothing may be left in a session: no prepared statement, no setting, no role.
 */
export const poolers = ['none', 'transaction'] as const;
export type Pooler = (typeof poolers)[number];

/**
 * Time limits of every session, by PostgreSQL's own names. Sent when a connection is opened; behind a
 * pooler it is the login that has to bring them: see `login-settings.ts`.
 */
export const sessionLimitsMs = {
  /** Longest that a single statement of a request may take. */
  statement_timeout: 5_000,
  /** Shorter than the statement's, so that a lock held too long is told apart from a slow query. */
  lock_timeout: 2_000,
  /** No request thinks while it holds a transaction open; one that does has lost its process. */
  idle_in_transaction_session_timeout: 10_000,
} as const;
