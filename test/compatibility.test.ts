import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes } from '../src/changes/changes.ts';
import { type SchemaState, schemaStates } from '../src/releases.ts';
import { type CellResult, examine, rowsFor } from './compatibility/cells.ts';
import { dropDatabase, type Point, walkHistory } from './compatibility/history.ts';
import { compatibilityPage } from './compatibility/table.ts';

let points: readonly Point[] = [];
const results: CellResult[] = [];

beforeAll(async () => {
  points = await walkHistory();
}, 120_000);
afterAll(async () => {
  for (const { database } of points) await dropDatabase(database);
});

/** All states of the first change; the next one begins where the one before it has ended. */
const cells = changes.flatMap(({ name: change }, index) =>
  schemaStates
    .filter((state) => index === 0 || state !== 'baseline')
    .flatMap((state) => rowsFor(change).map((row) => ({ change, state, ...row }))),
);

function pointOf(change: string, state: SchemaState): Point {
  const point = points.find(
    (candidate) => candidate.change === change && candidate.state === state,
  );
  if (point === undefined) throw new Error(`the history has no "${state}" of ${change}`);
  return point;
}

describe('every release on every state in every phase', () => {
  it.each(cells)('$release in $asked where $change is $state', async (cell) => {
    const result = await examine(pointOf(cell.change, cell.state), cell);
    results.push(result);
    if (result.outcome.kind === 'ran') expect(result.outcome.failures).toEqual([]);
  });

  it('is what docs/compatibility.md says', async () => {
    await expect(compatibilityPage(points, results)).toMatchFileSnapshot(
      '../docs/compatibility.md',
    );
  });
});

describe('the proof can fail', () => {
  it('sees that the new shape alone cannot read what was not backfilled', async () => {
    const point = pointOf('minor-units', 'expanded');
    const deceived = async (url: string) => {
      const client = new pg.Client(url);
      await client.connect();
      await client.query(`UPDATE schema_state SET state = 'relaxed'`);
      await client.end();
    };
    const { outcome } = await examine(point, { release: '3.0', asked: 'new' }, deceived);
    if (outcome.kind !== 'ran') throw new Error('it refused');
    expect(outcome.failures.join('\n')).toContain('an order that the first release wrote');
    expect(outcome.failures.join('\n')).toContain('takes an order');
  });

  it('shows a failure in the table', () => {
    const point: Point = { change: 'minor-units', state: 'expanded', database: '' };
    const outcome = { kind: 'ran', phase: 'old', failures: ['it does not'] } as const;
    const page = compatibilityPage([point], [{ release: '1.0', point, asked: 'old', outcome }]);
    expect(page).toContain('| 1.0 | old | FAILS 1 in old |');
  });
});
