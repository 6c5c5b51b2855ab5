import { poolers } from '../platform/postgres/session.ts';
import { maskUrl, name, oneOf, url, whole } from '../platform/process/fields.ts';

/** The database that the service uses. */
export const databaseFields = {
  databaseUrl: {
    name: 'DATABASE_URL',
    read: url('postgres:', 'postgresql:'),
    means: 'the PostgreSQL database',
    mask: maskUrl,
  },
  databasePooler: {
    name: 'DATABASE_POOLER',
    read: oneOf(poolers),
    otherwise: 'none',
    means: 'transaction: DATABASE_URL is a pooler in transaction mode, such as PgBouncer',
  },
  databaseRole: {
    name: 'DATABASE_ROLE',
    read: name(63), // NAMEDATALEN - 1
    otherwise: 'scaleretail_api',
    means: 'role whose rights the service works with, whatever its login may do beyond them',
  },
  databasePoolSize: {
    name: 'DATABASE_POOL_SIZE',
    read: whole(1, 200),
    otherwise: '10',
    means: 'connections a replica holds at most',
  },
  databaseConnectMs: {
    name: 'DATABASE_CONNECT_MS',
    read: whole(0, 600_000),
    otherwise: '10000',
    means: 'how long to try to reach the database at start',
  },
} as const;
