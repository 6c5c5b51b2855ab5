import type pg from 'pg';
import { asOwner } from '../harness/shop.ts';
import type { World } from '../harness/world.ts';
import { Service, type ServiceOptions } from './service.ts';
import { Watcher } from './watcher.ts';

/** Where a walk takes place: a database of its own, as it was before the change, and its service. */
export interface Site {
  readonly databaseUrl: string;
  readonly watcher: () => Watcher;
  readonly db: () => pg.Client;
  readonly service: Service;
  /** Shuts PostgreSQL down with -m immediate and starts it again; the load pauses meanwhile. */
  restartServer(): Promise<void>;
  close(): Promise<void>;
}

/**
 * COMMIT waits so long, in microseconds, before it writes: so that it can be met in the middle. It
 * holds for the login of the commands alone.
 */
const commitDelay = 15_000;

/** The seeded database is the world's own; nobody may be connected to it when it is cloned. */
export async function openSite(
  world: World,
  name: string,
  options: Omit<ServiceOptions, 'env'>,
): Promise<Site> {
  const { postgres } = world;
  await asOwner(postgres.url('template1'), async (db) => {
    await db.query(`CREATE DATABASE ${name} TEMPLATE postgres`);
    await db.query(`REVOKE CREATE, TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
    for (const setting of [`commit_delay = ${commitDelay}`, 'commit_siblings = 0']) {
      await db.query(`ALTER ROLE postgres IN DATABASE ${name} SET ${setting}`);
    }
    // A copied sequence is not written to the log again until a checkpoint has been: after a crash
    // it would give the numbers of its original a second time.
    await db.query('CHECKPOINT');
  });
  const databaseUrl = postgres.url(name);
  const serviceUrl = new URL(world.env.DATABASE_URL ?? '');
  serviceUrl.pathname = `/${name}`;
  const env = {
    ...world.env,
    DATABASE_URL: serviceUrl.href,
    HEARTBEAT_MS: '1000',
    SHUTDOWN_DELAY_MS: '200',
  };
  const service = new Service({ ...options, env });
  let watcher = await Watcher.open(databaseUrl);
  return {
    databaseUrl,
    service,
    watcher: () => watcher,
    db: () => watcher.db,
    async restartServer() {
      await service.stopLoad();
      await postgres.restart('immediate');
      watcher = await Watcher.open(databaseUrl);
      await service.untilReady();
      service.startLoad();
    },
    async close() {
      await service.close();
      await watcher.close();
      await asOwner(postgres.url('template1'), (db) =>
        db.query(`DROP DATABASE ${name} WITH (FORCE)`),
      );
    },
  };
}
