import { randomBytes } from 'node:crypto';

/** Sends SQL with an administrator's rights: a connected client of `pg`, for one. */
export interface Administrator {
  query(sql: string): Promise<unknown>;
}

/**
 * Makes a login with a random password that can do what `role` can and nothing else, and gives the
 * address of the database for it. Nobody but the database's owner can then create anything in it,
 * not even a temporary table.
 */
export async function createLogin(
  administrator: Administrator,
  databaseUrl: string,
  role: string,
): Promise<string> {
  const url = new URL(databaseUrl);
  url.username = `login_${randomBytes(6).toString('hex')}`;
  url.password = randomBytes(24).toString('base64url');
  await administrator.query(
    `CREATE ROLE ${url.username} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION
       NOBYPASSRLS PASSWORD '${url.password}' IN ROLE ${quoted(role)}`,
  );
  await closeDatabase(administrator, decodeURIComponent(url.pathname.slice(1)));
  return url.href;
}

/** Takes away what PostgreSQL gives to every login of a database beyond connecting to it. */
export async function closeDatabase(administrator: Administrator, name: string): Promise<void> {
  await administrator.query(`REVOKE CREATE, TEMPORARY ON DATABASE ${quoted(name)} FROM PUBLIC`);
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
