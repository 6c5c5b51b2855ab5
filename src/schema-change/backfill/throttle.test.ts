import { describe, expect, it } from 'vitest';
import { createThrottle } from './throttle.ts';
import type { SignalState } from './watch.ts';

const state = (value: number): SignalState => ({
  name: 'p99',
  unit: 'ms',
  threshold: 500,
  value,
  bad: value > 500,
  note: '',
});

/** A throttle over looks that find these values, the last one from then on. */
function throttleOver(values: number[]) {
  const said: string[] = [];
  let looks = 0;
  const look = async () => {
    const value = values[Math.min(looks, values.length - 1)] ?? 0;
    looks += 1;
    return [state(value)];
  };
  const throttle = createThrottle({ look }, (line) => said.push(line));
  return { throttle, said, looks: () => looks };
}

const never = new AbortController().signal;

describe('the throttle', () => {
  it('lets a batch begin at once while all is good', async () => {
    const { throttle, said, looks } = throttleOver([20]);
    expect(await throttle.admit(never)).toBe(false);
    expect([looks(), said]).toEqual([1, []]);
  });

  it('holds, says once why, and goes on after two good looks in a row', async () => {
    const { throttle, said, looks } = throttleOver([612, 700, 20, 800, 20, 20]);
    const admitted = throttle.admit(never);
    await Promise.resolve();
    expect(await admitted).toBe(true);
    expect(looks()).toBe(6);
    expect(said).toEqual(['waiting: p99 612 ms > 500 ms', 'all signals are good again: going on']);
    expect(throttle.reasons()).toEqual([]);
  });

  it('holds all workers by the same looks', async () => {
    const { throttle, said, looks } = throttleOver([612, 20, 20]);
    const admitted = await Promise.all([throttle.admit(never), throttle.admit(never)]);
    expect(admitted).toEqual([true, true]);
    expect(looks()).toBe(4); // one each at first, then two together
    expect(said).toHaveLength(2);
  });

  it('ends its wait when the run ends', async () => {
    const { throttle } = throttleOver([612]);
    const ending = new AbortController();
    const admitted = throttle.admit(ending.signal);
    setTimeout(() => ending.abort(), 20);
    await expect(admitted).rejects.toThrow();
  });
});
