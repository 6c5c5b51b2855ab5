import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes } from '../src/changes/changes.ts';
import {
  compareReleases,
  inChange,
  type Release,
  type ReleaseName,
  releaseNames,
  releases,
  type SchemaState,
  schemaStates,
} from '../src/releases.ts';
import { releasesOf } from '../src/schema-change/change-releases.ts';
import { cloneDatabase, databaseFor, type TestDatabase } from './support/database.ts';
import { endingOf, readyReplica, sentenceOf } from './support/replica.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** The state of each change in the schema that a release installs. */
function statesAt(point: ReleaseName): ReadonlyMap<string, SchemaState> {
  return new Map(
    changes.map(({ name }) => {
      const { expand, relax, contract } = releasesOf(name);
      const steps = [expand, relax, contract].map((release) => release.name);
      const done = steps.filter((step) => compareReleases(step, point) <= 0).length;
      return [name, schemaStates[done] ?? 'baseline'];
    }),
  );
}

interface Pair {
  readonly release: ReleaseName;
  readonly schema: ReleaseName | 'empty';
  readonly told: readonly string[];
}

/** What a release has to say on a schema that it is not allowed on; null where it is. */
function toldOn(release: Release, point: ReleaseName): readonly string[] | null {
  for (const [change, state] of statesAt(point)) {
    const { runsOn } = inChange(release, change);
    if (runsOn.includes(state)) continue;
    const needed = schemaStates.indexOf(runsOn[0] ?? 'baseline');
    const early = schemaStates.indexOf(state) < needed;
    return [`${change} is "${state}"`, early ? 'too new' : 'too old', 'deploy one of '];
  }
  return null;
}

/** Every release on every schema that it is not allowed on, and what it has to say there. */
const pairs: readonly Pair[] = [...releases.values()].flatMap((release) => {
  const { name } = release;
  const stated = releaseNames.flatMap((schema) => {
    const told = toldOn(release, schema);
    return told === null ? [] : [{ release: name, schema, told }];
  });
  const empty = ['no schema', `expand --release ${name}`];
  return [{ release: name, schema: 'empty' as const, told: empty }, ...stated];
});

it('covers releases that are too new and too old for each change', () => {
  const told = pairs.map((pair) => pair.told.join(' '));
  for (const { name } of changes) {
    expect(told.some((text) => text.includes(name) && text.includes('too new'))).toBe(true);
    expect(told.some((text) => text.includes(name) && text.includes('too old'))).toBe(true);
  }
});

describe.each([...releaseNames, 'empty'] as const)('on the schema of %s', (schema) => {
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
