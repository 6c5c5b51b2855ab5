import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Crowd {
  /** Resolves when the table has been let go. */
  readonly left: Promise<void>;
  stop(): Promise<void>;
}

/** Younger than what the engine takes for a long transaction, so that it does queue behind it. */
const youngMs = 150;
const lookMs = 5;

/**
 * Keeps a table read by transactions that are all young, each begun before the one before it ends,
 * until somebody has waited for `AccessExclusiveLock` on it for `letGoAfterMs`: the worst that
 * customers can do to a statement which stops everybody while it waits.
 */
export async function startCrowd(
  databaseUrl: string,
  table: string,
  letGoAfterMs: number,
): Promise<Crowd> {
  const clients = await Promise.all([connect(databaseUrl), connect(databaseUrl)]);
  const watcher = await connect(databaseUrl);
  let stopped = false;
  const left = (async () => {
    let [inside, outside] = clients;
    let since = await enter(inside, table);
    while (!stopped) {
      await sleep(lookMs);
      const waited = await longestWait(watcher, table);
      if (waited > letGoAfterMs) break;
      if (waited > 0 || performance.now() - since < youngMs) continue;
      const entered = await enter(outside, table).catch(() => null); // somebody queued just now
      if (entered === null) await outside.query('ROLLBACK');
      else {
        await inside.query('COMMIT');
        [inside, outside] = [outside, inside];
        since = entered;
      }
    }
    for (const client of [...clients, watcher]) await client.end();
  })();
  left.catch(() => {}); // told by `stop`
  return {
    left,
    async stop() {
      stopped = true;
      await left;
    },
  };
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'crowd' });
  await client.connect();
  await client.query(`SET lock_timeout = '20ms'`);
  return client;
}

async function enter(client: pg.Client, table: string): Promise<number> {
  const since = performance.now();
  await client.query(`BEGIN; SELECT FROM ${table} LIMIT 1`);
  return since;
}

/** In milliseconds; 0 when nobody waits. */
async function longestWait(db: pg.Client, table: string): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000), 0)::float8 AS ms
     FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = $1::regclass`,
    [table],
  );
  return rows[0]?.ms ?? 0;
}
