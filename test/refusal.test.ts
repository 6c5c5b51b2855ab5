import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  inChange,
  type ReleaseName,
  releases,
  type SchemaState,
  schemaStates,
} from '../src/releases.ts';
import { cloneDatabase, databaseFor, type TestDatabase } from './support/database.ts';
import { endingOf, readyReplica, sentenceOf } from './support/replica.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

interface Pair {
  readonly release: ReleaseName;
  readonly schema: SchemaState | 'empty';
  readonly told: readonly string[];
}

/** Every release on every schema that it is not allowed on, and what it has to say there. */
const pairs: readonly Pair[] = [...releases.values()].flatMap((release) => {
  const { name } = release;
  const { runsOn } = inChange(release, 'minor-units');
  const empty = { schema: 'empty', told: ['no schema', `expand --release ${name}`] } as const;
  const others = schemaStates.filter((state) => !runsOn.includes(state));
  const older = (state: SchemaState) =>
    schemaStates.indexOf(state) < schemaStates.indexOf(runsOn[0] ?? 'baseline');
  const stated = others.map((schema) => ({
    schema,
    told: [`"${schema}"`, older(schema) ? 'too new' : 'too old', 'deploy one of '],
  }));
  return [empty, ...stated].map((pair) => ({ release: name, ...pair }));
});

describe.each([...schemaStates, 'empty'] as const)('on schema %s', (schema) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(schema);
  });
  afterAll(() => database.drop());

  it.each(pairs.filter((pair) => pair.schema === schema))(
    'release $release refuses to run and says why',
    async ({ release, told }) => {
      const ending = await endingOf(environmentFor(world, database.url, release));
      expect(ending.code).toBe(78);
      const sentence = sentenceOf(ending);
      expect(sentence).toContain(`release ${release} `);
      for (const part of told) expect(sentence).toContain(part);
    },
  );
});

it('release 1.0 says on a contracted schema which releases may run', async () => {
  const database = await databaseFor('contracted');
  const ending = await endingOf(environmentFor(world, database.url, '1.0'));
  expect(sentenceOf(ending)).toBe(
    'release 1.0 is too old for this database: minor-units is "contracted", which needs release 3.0 or newer; deploy one of 3.0, 4.0',
  );
});

it('refuses when the schema moves on under it: drains, signs off and ends', async () => {
  const database = await databaseFor('expanded');
  const env = { ...environmentFor(world, database.url, '1.0'), SHUTDOWN_DELAY_MS: '2000' };
  const replica = await readyReplica(env);
  await database.pool.query(`UPDATE schema_state SET state = 'contracted', oldest_release = '3.0'`);
  await until(async () => (await fetch(`${replica.url}/readyz`)).status === 503, 'it drains');
  expect((await fetch(`${replica.url}/livez`)).status).toBe(200);
  const { code, stdout } = await replica.ended;
  expect(code).toBe(78);
  expect(stdout).toContain('the schema has moved on');
  expect(stdout).toContain('"msg":"stopped"');
  const { rows } = await database.pool.query(
    'SELECT stopped_at IS NOT NULL AS stopped FROM service_instances',
  );
  expect(rows).toEqual([{ stopped: true }]);
});

it('refuses a schema that only a newer code knows, at start and when it runs', async () => {
  const database = await databaseFor('contracted');
  const running = await readyReplica(environmentFor(world, database.url, '4.0'));
  await database.pool.query(`UPDATE schema_state SET oldest_release = '99.0'`);
  const ending = await endingOf(environmentFor(world, database.url, '4.0'));
  expect(ending.code).toBe(78);
  expect(sentenceOf(ending)).toContain('needs release 99.0 or newer');
  expect((await running.ended).code).toBe(78);
});
