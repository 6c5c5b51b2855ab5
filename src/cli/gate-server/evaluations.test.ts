import { expect, it } from 'vitest';
import type { GateReport } from '../../schema-change/gate/gate.ts';
import { createEvaluations, StillEvaluatingError } from './evaluations.ts';

/** An evaluation that ends when it is told to. */
function steered() {
  const ends: ((outcome: GateReport | Error) => void)[] = [];
  const evaluate = () =>
    new Promise<GateReport>((resolve, reject) => {
      ends.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
    });
  return { ends, evaluate };
}

const report = (at: string): GateReport => ({
  gate: 'contract',
  change: 'a-change',
  passed: true,
  at,
  checks: [],
});

it('shares one evaluation among all who ask meanwhile, and makes a new one for the next', async () => {
  const { ends, evaluate } = steered();
  const ask = createEvaluations(evaluate, 60_000);
  const both = Promise.all([ask(), ask()]);
  expect(ends).toHaveLength(1);
  ends[0]?.(report('first'));
  expect((await both).map(({ at }) => at)).toEqual(['first', 'first']);
  const next = ask();
  ends[1]?.(report('second'));
  expect((await next).at).toBe('second');
});

it('tells who has waited too long, and gives the report to the next one, once', async () => {
  const { ends, evaluate } = steered();
  const ask = createEvaluations(evaluate, 1);
  await expect(ask()).rejects.toThrow(StillEvaluatingError);
  await expect(ask()).rejects.toThrow(StillEvaluatingError);
  expect(ends).toHaveLength(1);
  ends[0]?.(report('late'));
  await new Promise(setImmediate);
  expect((await ask()).at).toBe('late');
  await expect(ask()).rejects.toThrow(StillEvaluatingError);
  expect(ends).toHaveLength(2);
});

it('passes a failure on, and tries again for the next one', async () => {
  const { ends, evaluate } = steered();
  const ask = createEvaluations(evaluate, 60_000);
  const first = ask();
  ends[0]?.(new Error('no database'));
  await expect(first).rejects.toThrow('no database');
  const second = ask();
  ends[1]?.(report('well'));
  expect((await second).at).toBe('well');
});
