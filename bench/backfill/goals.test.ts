import { describe, expect, it } from 'vitest';
import { judge } from './goals.ts';
import { idleRun, liveRun } from './sample-runs.ts';

const orders = 1_000;
const engine = (size: number, rowsPerSecond: number, peak = 100) =>
  idleRun({ filling: 'engine', orders: size, rowsPerSecond, rssMib: { start: 90, peak } });
const oneUpdate = idleRun({ filling: 'one-update', orders, rowsPerSecond: 100 });
const live = (during: Parameters<typeof liveRun>[0]['during'] = {}) =>
  liveRun({ filling: 'engine', before: { p99Ms: 100 }, during: { p99Ms: 110, ...during } });

const good = [engine(orders, 50), engine(orders / 10, 55), oneUpdate];

/** Which goals are missed, by their position in the table. */
const missed = (...runs: Parameters<typeof judge>) =>
  judge(...runs).flatMap(({ holds }, index) => (holds ? [] : [index]));

describe('the goals of the backfill', () => {
  it('hold at their limits', () => {
    expect(missed(good, [live()], orders)).toEqual([]);
  });

  it('allow the p99 the larger one of a share and of milliseconds', () => {
    const short = liveRun({ filling: 'engine', before: { p99Ms: 10 }, during: { p99Ms: 15 } });
    expect(missed(good, [short], orders)).toEqual([]);
    expect(missed(good, [live({ p99Ms: 111 })], orders)).toEqual([0]);
  });

  it('are not kept by doing nothing', () => {
    const idler = liveRun({ filling: 'engine', rows: 0 });
    expect(missed(good, [idler], orders)).toEqual([0]);
  });

  it('are missed by one failed request, by the engine alone', () => {
    expect(missed(good, [live({ failed: 1 })], orders)).toEqual([1]);
    const others = liveRun({ filling: 'naive', during: { failed: 1, p99Ms: 1e6 } });
    expect(missed(good, [live(), others], orders)).toEqual([]);
  });

  it('are each missed alone', () => {
    const slow = [engine(orders, 49.9), engine(orders / 10, 55), oneUpdate];
    expect(missed(slow, [live()], orders)).toEqual([2]);
    const falling = [engine(orders, 50), engine(orders / 10, 55.6), oneUpdate];
    expect(missed(falling, [live()], orders)).toEqual([3]);
    const growing = [engine(orders, 50, 111), engine(orders / 10, 55), oneUpdate];
    expect(missed(growing, [live()], orders)).toEqual([4]);
  });

  it('are only those of the part that was measured', () => {
    expect(judge(good, [], orders)).toHaveLength(3);
    expect(judge([], [live()], orders)).toHaveLength(2);
  });
});
