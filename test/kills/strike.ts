import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { CommandResult } from '../support/schema-command.ts';
import { type Running, startCommand } from './command.ts';
import type { Moment } from './moments.ts';
import type { Site } from './site.ts';
import type { Step } from './steps.ts';
import { doing, type Session } from './watcher.ts';

/** A command that was struck in the middle of its work. */
export interface Struck {
  /** What the server was doing for it, at the last look before the blow. */
  readonly doing: string;
  readonly result: CommandResult;
}

/** Longer than this the engine does not queue behind a transaction; see lock-holders.ts. */
const obstacleMs = 400;

/**
 * Starts a command, waits for the moment and deals the blow.
 *
 * @returns null when the command had ended before the moment came.
 */
export async function strike(
  site: Site,
  step: Step,
  moment: Moment,
  blow: (running: Running) => boolean | Promise<boolean>,
): Promise<Struck | null> {
  const running = startCommand(site.databaseUrl, step.args);
  const obstacle = new Obstacle(site.databaseUrl, moment.obstacle ? step.obstacle : undefined);
  try {
    await obstacle.renew();
    await untilConnected(site, running);
    await sleep(moment.delayMs);
    const sessions = await untilItFits(site, running, moment, obstacle);
    const struck = sessions !== null && (await blow(running));
    // A backfill outlives the loss of a connection, and would wait for the same row for ever.
    await obstacle.close();
    const result = await running.ended;
    return struck ? { doing: doing(sessions), result } : null;
  } finally {
    running.kill();
    await obstacle.close();
  }
}

async function untilConnected(site: Site, running: Running): Promise<void> {
  while (running.runs() && (await site.watcher().look()).length === 0) await sleep(1);
}

async function untilItFits(
  site: Site,
  running: Running,
  moment: Moment,
  obstacle: Obstacle,
): Promise<readonly Session[] | null> {
  while (running.runs()) {
    const sessions = await site.watcher().look();
    if (running.runs() && sessions.length > 0 && moment.fits(sessions)) return sessions;
    if (obstacle.ageMs > obstacleMs) await obstacle.renew();
  }
  return null;
}

/** A transaction of somebody else's that the command has to wait for; none without SQL. */
class Obstacle {
  readonly #url: string;
  readonly #sql: string | undefined;
  #client: pg.Client | undefined;
  #since = 0;

  constructor(databaseUrl: string, sql: string | undefined) {
    this.#url = databaseUrl;
    this.#sql = sql;
  }

  get ageMs(): number {
    return this.#client === undefined ? 0 : performance.now() - this.#since;
  }

  /** Begins it, or ends it and begins it again. */
  async renew(): Promise<void> {
    if (this.#sql === undefined) return;
    this.#client ??= await this.#connect();
    await this.#client.query('ROLLBACK');
    // The command may be at the same rows of the catalogue just then (XX000): the next time again.
    await this.#client.query(`BEGIN; ${this.#sql}`).catch(() => {});
    this.#since = performance.now();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, application_name: 'kills' });
    client.on('error', () => {}); // the server may be restarted under it
    await client.connect();
    return client;
  }
}
