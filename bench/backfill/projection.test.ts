import { describe, expect, it } from 'vitest';
import { describeProjection, project } from './projection.ts';
import { idleRun } from './sample-runs.ts';

const nothing = { deadRows: 0, updatedRows: 0, hotRows: 0 };
const run = (orders: number, rowsPerSecond: number) =>
  idleRun({
    filling: 'engine',
    orders,
    rowsPerSecond,
    before: { ...nothing, tableMib: 300, indexMib: 300, walMib: 100 },
    after: { ...nothing, tableMib: 700, indexMib: 500, walMib: 2_148 },
  });

describe('the projection', () => {
  it('carries on what each tenfold costs', () => {
    const projection = project([run(100_000, 100_000), run(1_000_000, 90_000)], 100_000_000);
    expect(projection?.rows).toBe(390_000_000);
    expect(projection?.perTenfold).toBeCloseTo(0.9, 10);
    expect(projection?.projectedRowsPerSecond).toBeCloseTo(90_000 * 0.9 * 0.9, 6);
    expect(projection?.seconds).toBeCloseTo(390_000_000 / 72_900, 6);
  });

  it('does not believe that more rows are faster', () => {
    const projection = project([run(100_000, 80_000), run(1_000_000, 90_000)], 100_000_000);
    expect(projection).toMatchObject({ perTenfold: 1, projectedRowsPerSecond: 90_000 });
  });

  it('lets bytes grow with the rows: a hundredfold of 2 GiB, 600 and 1,200 MiB', () => {
    const projection = project([run(1_000_000, 90_000)], 100_000_000);
    expect(projection?.walGib).toBeCloseTo(200, 10);
    expect(projection?.tableGib).toBeCloseTo(60_000 / 1024, 10);
    expect(projection?.grownGib).toBeCloseTo(120_000 / 1024, 10);
    expect(projection === null ? '' : describeProjection(projection)).toMatch(
      /^100,000,000 orders: 390,000,000 rows \/ 90,000 rows\/s = 1\.2 h; .*WAL 200 GiB \(47 MiB\/s\)/,
    );
  });

  it('needs the engine to have been measured', () => {
    expect(project([idleRun({ filling: 'naive', orders: 10 })], 100)).toBeNull();
  });
});
