import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** What one plain SELECT had to wait for its lock. */
export interface Wait {
  readonly table: string;
  /** From the moment when it queued to the moment when it had its lock, by the server's clock. */
  readonly ms: number;
  /** When it was over, in `performance.now()` of this process. */
  readonly at: number;
}

/** A SELECT on a table that no change touches: what it took, the machine took. */
export interface Stall {
  readonly from: number;
  readonly to: number;
}

/** SELECTs that go on until they are stopped; what they met is given then. */
export interface Asking<Met> {
  stop(): Promise<readonly Met[]>;
}

/**
 * The server's own measurement of a wait, told to the client that waited: `log_lock_waits` in
 * ProcSleep (src/backend/storage/lmgr/proc.c). What this process and its connection need is not in
 * it, however busy the machine is.
 */
const acquired = /acquired AccessShareLock on relation \d+ of database \d+ after ([\d.]+) ms/;

/** Between two SELECTs; a wait can be longer by this than what is measured of it. */
const pauseMs = 5;

/**
 * Plain SELECTs on a table, one after the other, on a connection of their own. The address must be
 * a superuser's: a wait is told once it is longer than `deadlock_timeout`, set to its least here.
 */
export async function askTable(databaseUrl: string, table: string): Promise<Asking<Wait>> {
  const waits: Wait[] = [];
  const client = await connect(databaseUrl);
  client.on('notice', ({ message = '' }) => {
    const ms = acquired.exec(message)?.[1];
    if (ms !== undefined) waits.push({ table, ms: Number(ms), at: performance.now() });
  });
  await client.query(
    `SET log_lock_waits = on; SET deadlock_timeout = '1ms'; SET client_min_messages = log`,
  );
  return askOn(client, waits, () => select(client, table));
}

/** The same on a table that nobody locks, timed here: how long the machine itself held things up. */
export async function askControl(databaseUrl: string): Promise<Asking<Stall>> {
  const stalls: Stall[] = [];
  const client = await connect(databaseUrl);
  return askOn(client, stalls, async () => {
    const from = performance.now();
    await select(client, 'products');
    stalls.push({ from, to: performance.now() });
  });
}

/**
 * The longest that a SELECT waited, less what the machine held things up in the same moment, so
 * that a busy machine alone breaks no promise.
 */
export function longest(waits: readonly Wait[], stalls: readonly Stall[]): Wait | undefined {
  const cleaned = waits.map((wait) => {
    const beside = stalls.filter(({ from, to }) => to > wait.at - wait.ms && from < wait.at);
    const stalled = Math.max(0, ...beside.map(({ from, to }) => to - from));
    return { ...wait, ms: Math.max(0, wait.ms - stalled) };
  });
  return cleaned.toSorted((a, b) => b.ms - a.ms)[0];
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'probe' });
  await client.connect();
  return client;
}

function select(client: pg.Client, table: string): Promise<unknown> {
  return client.query(`SELECT count(*) FROM (SELECT FROM ${table} LIMIT 1) AS first`);
}

function askOn<Met>(
  client: pg.Client,
  met: readonly Met[],
  ask: () => Promise<unknown>,
): Asking<Met> {
  let stopped = false;
  const asking = (async () => {
    for (; !stopped; await sleep(pauseMs)) await ask();
  })();
  asking.catch(() => {}); // told by `stop`
  return {
    async stop() {
      stopped = true;
      await asking.finally(() => client.end());
      return met;
    },
  };
}
