import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Schedule } from './schedule.ts';

const rate = 200;
let now = 0;
let sent: number[] = [];

const start = () =>
  new Schedule(
    rate,
    (intended) => sent.push(intended),
    () => now,
  );

/** Lets the clock and the timers go on together. */
function pass(ms: number): void {
  for (let step = 0; step < ms; step += 1) {
    now += 1;
    vi.advanceTimersByTime(1);
  }
}

beforeEach(() => {
  now = 0;
  sent = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('Schedule', () => {
  it('sends each request at its time, whatever became of those before', () => {
    const schedule = start();
    pass(1_000);
    expect(sent).toHaveLength(201);
    expect(sent.slice(0, 3)).toEqual([0, 5, 10]);
    expect(schedule.stop()).toEqual({ intended: 201, sent: 201, seconds: 1 });
  });

  it('sends what fell due during a pause at once, each with the time that it should have had', () => {
    start();
    now += 50;
    vi.advanceTimersByTime(50);
    expect(sent).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
  });

  it('tells what was due and was not sent', () => {
    const schedule = start();
    now += 1_000;
    expect(schedule.stop()).toEqual({ intended: 201, sent: 1, seconds: 1 });
  });
});
