import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { epochMs } from '../metrics/clock.ts';
import type { Roll } from '../run/context.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { type FakeRun, fakeRun } from './fake-run.ts';
import { strategies } from './index.ts';
import { rolling } from './rolling.ts';

const roll: Roll = {
  from: '1.0',
  to: '2.0',
  faults: 'none',
  fromFaults: 'none',
  flags: ['release.new-behaviour'],
};
const bad = { '2.0': 0.1 };

let server: Server | undefined;
afterEach(() => void server?.close());

/** A replica for the smoke test: it takes an order, and reads it as it is told. */
async function replica(readStatus: number): Promise<string> {
  const listening = createServer((request, response) => {
    response.statusCode = request.method === 'POST' ? 201 : readStatus;
    response.end('{"id": "1"}');
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const releasesOf = ({ context }: FakeRun) => context.fleet.replicas().map((r) => r.release);
const weightsOf = ({ done }: FakeRun) => [
  ...new Set(done.filter((what) => what.startsWith('weights'))),
];

describe.each(strategies)('$name', (strategy) => {
  it('leaves four replicas of the new release, and all traffic on them', async () => {
    const run = fakeRun({}, await replica(200));
    expect(await strategy.roll(run.context, roll)).toBe('released');
    expect(releasesOf(run)).toEqual(['2.0', '2.0', '2.0', '2.0']);
    expect(run.done.at(-1)).toBe('weights 2.0=100');
    expect(run.verdicts.every((verdict) => verdict.verdict === 'pass')).toBe(true);
  });

  it('leaves four replicas of the old release when the new one fails', async () => {
    const run = fakeRun(bad, await replica(200));
    expect(await strategy.roll(run.context, roll)).toBe('rolled-back');
    expect(releasesOf(run)).toEqual(['1.0', '1.0', '1.0', '1.0']);
    expect(run.verdicts.at(-1)?.verdict).toBe('fail');
  });

  it('ends at the next look when somebody aborts, however good it is', async () => {
    const run = fakeRun({}, await replica(200));
    run.context.control.decide('abort');
    expect(await strategy.roll(run.context, roll)).toBe('rolled-back');
    expect(run.verdicts).toMatchObject([{ verdict: 'fail', decidedBy: 'aborted by hand' }]);
  });

  it('goes on when somebody promotes, however bad it is', async () => {
    const run = fakeRun(bad, await replica(200));
    run.context.control.decide('promote');
    await strategy.roll(run.context, roll);
    expect(run.verdicts[0]).toMatchObject({ verdict: 'pass', decidedBy: 'promoted by hand' });
  });
});

describe('canary', () => {
  it('moves the customers step by step, each judged', async () => {
    const run = fakeRun({});
    await canary.roll(run.context, roll);
    const moved = weightsOf(run).map((what) => what.split('2.0=')[1]);
    expect(moved).toEqual(['0', '1', '5', '25', '50', '100', '100']);
    expect(run.verdicts).toHaveLength(5);
  });

  it('turns the flags off before it takes the weight back', async () => {
    const run = fakeRun(bad);
    await canary.roll(run.context, roll);
    const flag = run.done.indexOf('flag release.new-behaviour off');
    const weight = run.done.lastIndexOf('weights 1.0=100 2.0=0');
    expect(flag).toBeGreaterThan(run.done.indexOf('weights 1.0=99 2.0=1'));
    expect(weight).toBeGreaterThan(flag);
  });

  it('leaves the flags alone when it is told to go back by weight', async () => {
    const run = fakeRun(bad);
    await canary.roll({ ...run.context, goBackBy: 'weight' }, roll);
    expect(run.done.filter((what) => what.startsWith('flag'))).toEqual([]);
    expect(releasesOf(run)).toEqual(['1.0', '1.0', '1.0', '1.0']);
  });

  it('puts new replicas in the place of old ones, and keeps one old to the last verdict', async () => {
    const run = fakeRun({});
    await canary.roll(run.context, roll);
    expect(Math.min(...run.counts)).toBe(4);
    expect(Math.max(...run.counts)).toBe(6);
    expect(run.done.lastIndexOf('stop 1.0')).toBeGreaterThan(
      run.done.indexOf('weights 1.0=0 2.0=100'),
    );
  });
});

describe('blue-green', () => {
  it('gives the new fleet nothing before it is whole and tried out', async () => {
    const run = fakeRun({}, await replica(200));
    await blueGreen.roll(run.context, roll);
    const switched = run.done.indexOf('weights 1.0=0 2.0=100');
    expect(run.done.slice(0, switched).filter((what) => what === 'start 2.0')).toHaveLength(4);
    expect(run.done.slice(0, switched)).not.toContain('stop 1.0');
    expect(Math.max(...run.counts)).toBe(8);
  });

  it('switches nobody when the smoke test fails', async () => {
    const run = fakeRun({}, await replica(500));
    expect(await blueGreen.roll(run.context, roll)).toBe('rolled-back');
    expect(weightsOf(run)).not.toContain('weights 1.0=0 2.0=100');
    expect(run.verdicts).toEqual([]);
  });

  it('is held against what was answered in a baseline window before it, and not only since it began', async () => {
    const run = fakeRun({}, await replica(200));
    const arm = vi.spyOn(run.context.recorder, 'arm');
    const began = epochMs();
    await blueGreen.roll(run.context, roll);
    const stable = arm.mock.calls.filter(([{ release }]) => release === '1.0');
    const from = Math.min(...stable.map(([, since]) => since));
    expect(began - from).toBeGreaterThan(0.9 * run.context.profile.baselineMs);
  });

  it('switches back to a fleet that is still whole', async () => {
    const run = fakeRun(bad, await replica(200));
    await blueGreen.roll(run.context, roll);
    const back = run.done.lastIndexOf('weights 1.0=100 2.0=0');
    expect(run.done.slice(0, back)).not.toContain('stop 1.0');
    expect(run.done).not.toContain('start 1.0');
  });
});

describe('rolling', () => {
  it('has never less than four replicas, and never more than five', async () => {
    for (const failing of [{}, bad]) {
      const run = fakeRun(failing);
      await rolling.roll(run.context, roll);
      expect(Math.min(...run.counts)).toBe(4);
      expect(Math.max(...run.counts)).toBe(5);
    }
  });

  it('is judged after each replica', async () => {
    const run = fakeRun({});
    await rolling.roll(run.context, roll);
    expect(run.verdicts.map((verdict) => verdict.step)).toEqual([
      '1.0 → 2.0, 1 of 4 replicas',
      '1.0 → 2.0, 2 of 4 replicas',
      '1.0 → 2.0, 3 of 4 replicas',
      '1.0 → 2.0, 4 of 4 replicas',
    ]);
  });
});
