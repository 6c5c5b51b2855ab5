import { sqlState } from '../../platform/postgres/postgres.ts';

/** What a failed batch has run into; each is tried again, with fewer rows or after a while. */
type Failure = 'lock' | 'slow' | 'connection';

const failures: Readonly<Record<string, Failure>> = {
  '55P03': 'lock', // lock_not_available
  '40P01': 'lock', // deadlock_detected
  '40001': 'lock', // serialization_failure
  '57014': 'slow', // query_canceled, by statement_timeout
  '25P03': 'connection', // idle_in_transaction_session_timeout: this process was stopped for a while
  '53300': 'connection', // too_many_connections
  '57P01': 'connection', // admin_shutdown
  '57P02': 'connection', // crash_shutdown
  '57P03': 'connection', // cannot_connect_now
  '25006': 'connection', // read_only_sql_transaction: a standby, while it becomes the primary
  ECONNREFUSED: 'connection',
  ECONNRESET: 'connection',
  EPIPE: 'connection',
};

/** The driver's own words for a connection that is gone; they have no code. */
const lost = /^Connection terminated|^Client has encountered a connection error/;

/** Null for what no repetition cures. */
export function failureOf(error: unknown): Failure | null {
  const known = failures[sqlState(error) ?? ''];
  if (known !== undefined) return known;
  return error instanceof Error && lost.test(error.message) ? 'connection' : null;
}
