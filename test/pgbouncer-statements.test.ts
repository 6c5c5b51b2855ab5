import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { describeError } from '../src/platform/http/describe-error.ts';
import { createDatabase, type Database } from '../src/platform/postgres/database.ts';
import { sqlState } from '../src/platform/postgres/postgres.ts';
import type { Pooler } from '../src/platform/postgres/session.ts';
import { serviceRole } from '../src/schema-change/brownout.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { mayTestPgbouncer, type PgBouncer, pgbouncerFor } from './support/pgbouncer.ts';
import { until } from './support/wait.ts';

let owner: TestDatabase;
let pgbouncer: PgBouncer;

/** Connections of a replica, each for one of what is sent at once. */
const size = 8;

function databaseThrough(pooler: Pooler): Database {
  const { url: databaseUrl } = pgbouncer;
  const database = createDatabase({ databaseUrl, applicationName: 'test', size, pooler });
  onTestFinished(() => database.close());
  return database;
}

const ids = Array.from({ length: size }, (_, id) => id);

function all<T>(work: (id: number) => Promise<T>): Promise<T[]> {
  return Promise.all(ids.map(work));
}

const select = 'SELECT id, note FROM notes WHERE id = $1';
const everything = 'SELECT * FROM notes WHERE id = $1';
const update = 'UPDATE notes SET note = $2 WHERE id = $1';

describe.skipIf(!mayTestPgbouncer)('through PgBouncer in transaction mode', () => {
  beforeEach(async () => {
    owner = await databaseFor('empty');
    pgbouncer = await pgbouncerFor(owner, { poolSize: 2, swallowsParameters: true });
    await owner.pool.query(`CREATE TABLE notes (id integer PRIMARY KEY, note text);
      INSERT INTO notes SELECT id, 'as it was' FROM generate_series(0, ${size - 1}) id;
      GRANT ALL ON notes TO ${serviceRole}`);
  });

  it('statements with names fail: this is what is guarded against', async () => {
    const database = databaseThrough('none');
    const codes = await all((id) => database.query(select, [id]).then(() => 'answered', sqlState));
    expect(codes).toContain('42P05'); // another one has given the name on this connection
    const rest = codes.filter((code) => code !== 'answered' && code !== '42P05');
    expect(rest.filter((code) => code !== '26000')).toEqual([]); // or on another connection
  });

  it('statements without outlive columns that are added and dropped, asked for or not', async () => {
    const database = databaseThrough('transaction');
    for (const change of ['ADD COLUMN more text', 'DROP COLUMN more', 'ADD COLUMN more integer']) {
      for (const text of [select, everything]) {
        const results = await all((id) => database.query(text, [id]));
        expect(results.map(({ rows }) => rows[0])).toMatchObject(ids.map((id) => ({ id })));
      }
      await owner.pool.query(`ALTER TABLE notes ${change}`);
    }
  });

  it('transactions run as a whole, each on one connection, pipelined as they are', async () => {
    const database = databaseThrough('transaction');
    const pid = 'SELECT pg_backend_pid() AS pid';
    const outcomes = await all((id) =>
      database
        .transaction(async (tx) => {
          const [first] = (await tx.query<{ pid: number }>(pid)).rows;
          tx.defer(tx.query(update, [id, 'changed']));
          if (id % 2 === 1) tx.defer(tx.query('INSERT INTO notes (id) VALUES ($1)', [id]));
          const [last] = (await tx.query<{ pid: number }>(pid)).rows;
          return first?.pid === last?.pid;
        })
        .catch(sqlState),
    );
    expect(outcomes).toEqual(ids.map((id) => id % 2 === 0 || '23505'));
    const { rows } = await owner.pool.query('SELECT note FROM notes ORDER BY id');
    expect(rows).toEqual(ids.map((id) => ({ note: id % 2 === 0 ? 'changed' : 'as it was' })));
  });

  it('the role and the time limits are those that the login brings', async () => {
    const database = databaseThrough('transaction');
    const { rows } = await database.query('SELECT current_user AS role');
    expect(rows).toEqual([{ role: serviceRole }]);
    await owner.pool.query(`ALTER ROLE ${pgbouncer.login} SET statement_timeout = '100ms';
      ALTER ROLE ${pgbouncer.login} SET idle_in_transaction_session_timeout = '100ms'`);
    await pgbouncer.reconnect();
    expect(await database.query('SELECT pg_sleep(20)').catch(sqlState)).toBe('57014');
    const released = Promise.withResolvers<void>();
    const forgotten = database.transaction(async (tx) => {
      await tx.query(update, [0, 'forgotten']);
      await released.promise;
    });
    const failed = expect(forgotten).rejects.toThrow();
    await until(() => database.connections().idle < database.connections().open, 'it has begun');
    await owner.pool.query(update, [0, 'after it']); // waits for its lock
    released.resolve();
    await failed;
  });

  it('who waits too long in its queue is told to come back', async () => {
    pgbouncer = await pgbouncerFor(owner, { poolSize: 1, waitSeconds: 1 });
    const database = databaseThrough('transaction');
    const [held, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = database.transaction(async (tx) => {
      await tx.query(select, [0]);
      held.resolve();
      await free.promise;
    });
    await held.promise;
    const refused = await database.query(select, [1]).catch((error: unknown) => error);
    free.resolve();
    await holder;
    expect(sqlState(refused)).toBe('08P01');
    expect(describeError(refused)).toMatchObject({ status: 503, retryAfterSeconds: 1 });
  });
});
