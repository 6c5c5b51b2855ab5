import { expect, it } from 'vitest';
import { held, onceMoreUnlessHeld, promisedMs, type StepMeasured } from './measure.ts';

const measured = (ms: number, of: Partial<StepMeasured> = {}): StepMeasured => ({
  result: { code: 0, stdout: '', stderr: '' },
  longest: { table: 'orders', ms, at: 0 },
  endedEarly: false,
  ...of,
});

const tried = (...waits: number[]) =>
  onceMoreUnlessHeld(async () => measured(waits.shift() ?? NaN));

it('a step that holds is measured once', async () => {
  expect(await tried(promisedMs, 9)).toEqual(measured(promisedMs));
});

it('a machine that stood still once is told, and does not count', async () => {
  expect(await tried(promisedMs + 1, 9)).toEqual({
    ...measured(9),
    first: measured(promisedMs + 1),
  });
});

it('what holds a reader up twice is found', async () => {
  expect(held(await tried(promisedMs + 1, promisedMs + 2))).toBe(false);
});

it.each([{ endedEarly: true }, { result: { code: 1, stdout: '', stderr: 'no' } }])(
  'nobody waited, but %o is no success',
  (of) => expect(held(measured(0, of))).toBe(false),
);
