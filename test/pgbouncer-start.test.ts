import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseFor } from './support/database.ts';
import { mayTestPgbouncer, type PgBouncer, pgbouncerFor } from './support/pgbouncer.ts';
import { endingOf, sentenceOf } from './support/replica.ts';
import { schema } from './support/schema-command.ts';
import { createWorld, environmentFor, serviceFor, type World } from './support/service.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const pooled = { DATABASE_POOLER: 'transaction' };

function found({ url }: PgBouncer): string {
  const { host, pathname } = new URL(url);
  return `at ${host}${pathname} is a connection pooler and not PostgreSQL itself`;
}

describe.skipIf(!mayTestPgbouncer)('behind PgBouncer', () => {
  it.each([
    ['refuses start-up parameters', false],
    ['swallows them', true],
  ])(
    'a replica that was not told of a pooler which %s ends with what to do',
    async (_what, swallowsParameters) => {
      const database = await databaseFor('expanded');
      const pgbouncer = await pgbouncerFor(database, { poolSize: 2, swallowsParameters });
      const ending = await endingOf(environmentFor(world, pgbouncer.url, '2.0'));
      expect(ending.code).toBe(2);
      expect(sentenceOf(ending)).toBe(
        `${found(pgbouncer)}: set DATABASE_POOLER=transaction, or have DATABASE_URL name PostgreSQL`,
      );
    },
  );

  it('a replica whose login brings nothing ends with the statements that cure it, and then runs', async () => {
    const database = await databaseFor('expanded');
    const pgbouncer = await pgbouncerFor(database, { poolSize: 2 });
    const { login } = pgbouncer;
    await database.pool.query(
      `REVOKE scaleretail_api FROM ${login}; ALTER ROLE ${login} RESET ALL`,
    );
    const ending = await endingOf({ ...environmentFor(world, pgbouncer.url, '2.0'), ...pooled });
    expect(ending.code).toBe(1);
    const [, cures = ''] = /sessions: (.+); then RECONNECT/.exec(sentenceOf(ending)) ?? [];
    expect(cures.split('; ')).toEqual([
      `GRANT scaleretail_api TO ${login}`,
      `ALTER ROLE ${login} SET role = 'scaleretail_api'`,
      `ALTER ROLE ${login} SET statement_timeout = '5000ms'`,
      `ALTER ROLE ${login} SET lock_timeout = '2000ms'`,
      `ALTER ROLE ${login} SET idle_in_transaction_session_timeout = '10000ms'`,
    ]);
    await database.pool.query(cures);
    await pgbouncer.reconnect();
    const service = await serviceFor(world, pgbouncer.url, '2.0', pooled);
    await (await service.as('alice')).get('/v1/products/mug').expect(200);
  });

  it('and without it, a replica that was told of a pooler runs', async () => {
    const { directUrl } = await pgbouncerFor(await databaseFor('expanded'), { poolSize: 2 });
    const service = await serviceFor(world, directUrl, '2.0', pooled);
    await (await service.as('alice')).get('/v1/products/mug').expect(200);
  });

  it.each(['status', 'verify'])('the schema command %s ends with what to do', async (command) => {
    const pgbouncer = await pgbouncerFor(await databaseFor('expanded'), { poolSize: 2 });
    const result = await schema(pgbouncer.url, command);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `${found(pgbouncer)}: a schema command keeps its lock and its time limits in a session of its own; have SCHEMA_DATABASE_URL name PostgreSQL\n`,
    });
  });
});
