import { sqlState } from '../../src/platform/postgres/postgres.ts';

/** The name of what a failed exchange failed with: the socket's error code, if there is one. */
export function reasonOf(error: unknown): string {
  return sqlState(error) ?? (error instanceof Error ? error.name : String(error));
}
