import type pg from 'pg';
import { sqlState } from './postgres.ts';

/** How statements are sent: by name, or as they are. */
export interface Statements {
  send(client: pg.PoolClient, text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
}

const featureNotSupported = '0A000';

/**
 * Sends every text as it is, to be parsed each time. Behind a pooler in transaction mode a name may
 * be unknown to the server's connection (26000), or taken there by another replica (42P05).
 */
export const unnamedStatements: Statements = {
  send: (client, text, values) => client.query(text, values as unknown[] | undefined),
};

/**
 * Sends statements by name, so that the server parses each only once on a connection.
 *
 * Names every text that has parameters. The texts must be constant: each name stays prepared on
 * each connection for as long as that lives.
 *
 * A prepared statement is planned anew when the schema changes, except when the types of its result
 * do: then PostgreSQL refuses it on that connection for ever (0A000, "cached plan must not change
 * result type"). From then on other names are used, on all connections, and the old ones are let lie.
 */
export function createStatements(): Statements {
  let names = new Map<string, string>();
  let generation = 0;

  function nameOf(text: string): string {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = `s${generation}_${names.size}`;
    names.set(text, name);
    return name;
  }

  async function send(
    client: pg.PoolClient,
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult> {
    if (values === undefined) return client.query(text);
    const name = nameOf(text);
    try {
      return await client.query({ name, text, values: values as unknown[] });
    } catch (error) {
      if (isStale(error) && names.get(text) === name) {
        generation += 1;
        names = new Map();
      }
      throw error;
    }
  }

  return { send };
}

function isStale(error: unknown): boolean {
  return sqlState(error) === featureNotSupported;
}
