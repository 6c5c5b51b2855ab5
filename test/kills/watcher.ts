import pg from 'pg';

/** A session of the command, as the server shows it. */
export interface Session {
  readonly pid: number;
  readonly state: string;
  /** `Lock`: it waits for somebody. */
  readonly waits: string | null;
  readonly query: string;
}

/** Kinds of statements by their text, the first that fits. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^\s*COMMIT/i, 'COMMIT'],
  [/^\s*(BEGIN|ROLLBACK|SET|SHOW)\b/i, 'BEGIN, SET'],
  [/CONCURRENTLY/i, 'index, concurrently'],
  [/VALIDATE CONSTRAINT/i, 'VALIDATE'],
  [/^\s*LOCK TABLE\b/i, 'LOCK TABLE'],
  [/(ALTER|CREATE|DROP) (TABLE|INDEX)/i, 'DDL'],
  [/^\s*(GRANT|REVOKE)\b/i, 'GRANT, REVOKE'],
  [/\b(UPDATE|INSERT INTO|DELETE FROM)\b(?! OF)/i, 'write'],
];

export function kindOf(query: string): string {
  return kinds.find(([pattern]) => pattern.test(query))?.[1] ?? 'read';
}

/** What the server was doing for the command, in a word or two: of all its sessions the busiest. */
export function doing(sessions: readonly Session[]): string {
  const active = sessions.find(({ state }) => state === 'active');
  if (active !== undefined) {
    const waits = active.waits === 'Lock' ? 'waiting for a lock: ' : '';
    return `${waits}${kindOf(active.query)}`;
  }
  return sessions.some(({ state }) => state.startsWith('idle in')) ? 'idle in transaction' : 'idle';
}

/** Looks at what a command's sessions do, as often as one connection can ask. */
export class Watcher {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(databaseUrl: string): Promise<Watcher> {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'kills' });
    client.on('error', () => {}); // the server is restarted under it
    await client.connect();
    return new Watcher(client);
  }

  async look(): Promise<Session[]> {
    const { rows } = await this.#client.query<Session>({
      name: 'look',
      text: `SELECT pid, coalesce(state, '') AS state, wait_event_type AS waits, query
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'scaleretail/schema'
          AND backend_type = 'client backend'`,
    });
    return rows;
  }

  /** Ends the command's connections from the server's side. */
  async terminate(): Promise<void> {
    await this.#client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'scaleretail/schema'`,
    );
  }

  get db(): pg.Client {
    return this.#client;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
