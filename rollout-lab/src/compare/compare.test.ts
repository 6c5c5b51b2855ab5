import { describe, expect, it } from 'vitest';
import { fakeResult } from '../report/fake-result.ts';
import type { RunResult } from '../run/result.ts';
import { Interrupted } from '../run/stop.ts';
import { combinations, planOf } from './combinations.ts';
import { compare, type DoneRun, exitCodeOfAll, type Steps } from './compare.ts';

const plan = planOf(combinations('failing'), { repeat: 1, seed: '1' });
const [first, second] = plan.map((run) => run.id);

function stepsWith(different: Partial<Steps> = {}) {
  const log: string[] = [];
  const steps: Steps = {
    runOne: async ({ id }) => {
      log.push(`run ${id}`);
      return fakeResult();
    },
    finished: () => null,
    keep: ({ id }) => void log.push(`keep ${id}`),
    onDone: ({ planned }) => void log.push(`done ${planned.id}`),
    signal: new AbortController().signal,
    now: () => 0,
    ...different,
  };
  return { steps, log };
}

describe('a comparison', () => {
  it('keeps each result before the next run begins', async () => {
    const { steps, log } = stepsWith();
    expect(await compare(plan, steps)).toHaveLength(plan.length);
    expect(log).toEqual(plan.flatMap(({ id }) => [`run ${id}`, `keep ${id}`, `done ${id}`]));
  });

  it('goes on after a run that breaks, and tells why it did', async () => {
    const { steps } = stepsWith({
      runOne: async ({ id }) => {
        if (id === first) throw new Error('no port');
        return fakeResult();
      },
    });
    const done = await compare(plan, steps);
    expect(done.map((run) => run.crash)).toEqual(['no port', null, null, null]);
    expect(exitCodeOfAll(done)).toBe(1);
  });

  it('does not run what is there already', async () => {
    const there = fakeResult({ requests: 7 });
    const { steps, log } = stepsWith({ finished: ({ id }) => (id === first ? there : null) });
    const done = await compare(plan, steps);
    expect(done[0]).toMatchObject({ result: there, seconds: null });
    expect(log).not.toContain(`run ${first}`);
    expect(log).toContain(`run ${second}`);
  });

  it('ends when it is interrupted, with the signal’s own reason', async () => {
    const controller = new AbortController();
    const reason = new Interrupted('SIGINT', 130);
    const { steps, log } = stepsWith({
      signal: controller.signal,
      onDone: () => controller.abort(reason),
    });
    await expect(compare(plan, steps)).rejects.toBe(reason);
    expect(log).toEqual([`run ${first}`, `keep ${first}`]);
  });
});

describe('the exit code of all runs', () => {
  const done = (...results: (Partial<RunResult> | null)[]): DoneRun[] =>
    results.map((different) => ({
      planned: plan[0] as (typeof plan)[0],
      result: different === null ? null : fakeResult(different),
      crash: different === null ? 'broken' : null,
      seconds: 1,
    }));
  const invalid = { green: false, valid: false };
  const red = { green: false, reasons: ['1 lost'] };
  const lost = { kind: 'lost', table: 'orders', row: '1', detail: 'gone' } as const;

  it.each([
    [0, 'all are green', done({}, {})],
    [3, 'one is invalid', done({}, invalid)],
    [1, 'one is red', done({}, red, invalid)],
    [1, 'one is invalid and has lost a row', done({}, { ...invalid, findings: [lost] })],
    [1, 'one could not be carried out', done({}, null)],
  ])('is %i when %s', (code, _, runs) => {
    expect(exitCodeOfAll(runs)).toBe(code);
  });
});
