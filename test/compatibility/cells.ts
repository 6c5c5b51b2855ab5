import { type ChangeName, changes } from '../../src/changes/changes.ts';
import { inChange, type ReleaseName, releases } from '../../src/releases.ts';
import type { Phase } from '../../src/schema-change/phases/phases.ts';
import { RefusedToRunError } from '../../src/schema-change/schema-state.ts';
import { apiTests } from '../api/api-tests.ts';
import { createWorld, openService, type TestService, type World } from '../support/service.ts';
import { cloneOf, type Point } from './history.ts';

/** What came of a release on a point of the schema's history, with the flags set for a phase. */
export interface CellResult {
  readonly release: ReleaseName;
  readonly point: Point;
  /** What the flags asked for. */
  readonly asked: Phase['name'];
  readonly outcome:
    | { readonly kind: 'refused'; readonly why: 'too old' | 'too new' }
    /** The phase that it was in, and the tests that failed. */
    | { readonly kind: 'ran'; readonly phase: string; readonly failures: readonly string[] };
}

/** The flags of a change that ask for each of its phases; `new` is asked for by no flag. */
const flagsFor: Readonly<Record<Phase['name'], { dualWrite: boolean; readNew: boolean }>> = {
  old: { dualWrite: false, readNew: false },
  'dual-read-old': { dualWrite: true, readNew: false },
  'dual-read-new': { dualWrite: true, readNew: true },
  new: { dualWrite: true, readNew: true },
};

/** Each release with each phase of a change that it has code for. */
export function rowsFor(change: ChangeName): { release: ReleaseName; asked: Phase['name'] }[] {
  return [...releases.values()].flatMap((release) =>
    inChange(release, change).phases.map((asked) => ({ release: release.name, asked })),
  );
}

/**
 * Starts the release there; runs all of the API's tests if it does not refuse.
 *
 * @param prepare gets the address of the cell's own database before the release starts.
 */
export async function examine(
  point: Point,
  { release, asked }: { release: ReleaseName; asked: Phase['name'] },
  prepare: (url: string) => Promise<void> = async () => {},
): Promise<CellResult> {
  const world = await createWorld();
  const database = await cloneOf(point);
  setFlags(world, point.change, flagsFor[asked]);
  try {
    await prepare(database.url);
    const outcome = await outcomeOf(world, database.url, release, point.change);
    return { release, point, asked, outcome };
  } finally {
    await database.drop();
    await world.close();
  }
}

async function outcomeOf(
  world: World,
  url: string,
  release: ReleaseName,
  change: string,
): Promise<CellResult['outcome']> {
  let service: TestService;
  try {
    service = await openService(world, url, release);
  } catch (error) {
    if (!(error instanceof RefusedToRunError)) throw error;
    return { kind: 'refused', why: error.message.includes('too old') ? 'too old' : 'too new' };
  }
  try {
    const failures: string[] = [];
    for (const { name, run } of apiTests) {
      await run({ service, world, release }).catch((error: Error) => {
        failures.push(`${name}: ${error.message}`);
      });
    }
    return { kind: 'ran', phase: await phaseOfRequests(service, change), failures };
  } finally {
    await service.close();
  }
}

function setFlags(world: World, change: string, to: { dualWrite: boolean; readNew: boolean }) {
  const flags = changes.find(({ name }) => name === change)?.flags;
  if (flags === undefined) throw new Error(`no change ${change}`);
  world.flags.set(flags.dualWrite, { enabled: to.dualWrite });
  world.flags.set(flags.readNew, { enabled: to.readNew, rollout: 100 });
  world.flags.set(flags.shadowCompare, { enabled: true, rollout: 100 });
}

const requestsLine = /^schema_phase_requests_total\{(.*)\} (\d+)/gm;

/** The phase in which the requests of the tests were answered, as the replica counts them. */
async function phaseOfRequests(service: TestService, change: string): Promise<string> {
  const { text } = await (await service.as('alice')).get('/metrics').expect(200);
  const seen = [...text.matchAll(requestsLine)]
    .filter(([, labels, count]) => labels?.includes(`change="${change}"`) && Number(count) > 0)
    .map(([, labels]) => /phase="([^"]+)"/.exec(labels ?? '')?.[1] ?? '?');
  return [...new Set(seen)].join(' and ');
}
