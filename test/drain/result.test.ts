import { describe, expect, it } from 'vitest';
import { resultOf } from './result.ts';
import { Tally } from './tally.ts';

const options = { replacements: 2, rate: 200 };

/** A run in which nobody noticed anything, with `changes` to it. */
function measured(changes: { sent?: number; exits?: string[]; left?: number; replaced?: number }) {
  const { sent = 2000, exits = ['0', '0'], left = 0, replaced = 2 } = changes;
  const tally = new Tally();
  for (let latencyMs = 1; latencyMs <= 100; latencyMs += 1) tally.succeeded(latencyMs);
  const counts = Map.groupBy(exits, (how) => how);
  return {
    sent: { intended: 2000, sent, seconds: 10 },
    tally,
    fleet: {
      exits: new Map([...counts].map(([how, all]) => [how, all.length])),
      drainsMs: [600, 500],
      replaced,
      left: () => left,
    },
  };
}

describe('resultOf', () => {
  it('is green when nobody noticed, and tells what was measured', () => {
    const result = resultOf(options, measured({}));
    expect(result).toMatchObject({
      green: true,
      broken: [],
      requests: { sent: 2000, sentPerSecond: 200, answered: 100, failed: 0 },
      latencyMs: { p50: 50, p99: 99, max: 100 },
      drainMs: { max: 600 },
      exits: { 0: 2 },
    });
  });

  it.each([
    ['fewer were replaced', { replaced: 1 }, 'only 1 replicas were replaced'],
    ['less was sent', { sent: 1900 }, 'sent 190 requests/s'],
    ['one ended badly', { exits: ['0', 'SIGKILL'] }, 'exits that are not 0: 1 × SIGKILL'],
    ['a process is left', { left: 1 }, '1 processes were left'],
  ])('is red when %s', (_what, changes, words) => {
    expect(resultOf(options, measured(changes)).broken).toEqual([words]);
  });

  it('is red when a request failed, and counts it as a reset when its connection ended', () => {
    const run = measured({});
    run.tally.failed('503 draining');
    expect(resultOf(options, run).broken).toEqual(['1 requests failed']);
    run.tally.failed('ECONNRESET');
    expect(resultOf(options, run)).toMatchObject({
      green: false,
      requests: { failed: 2, resets: 1 },
      failures: { '503 draining': 1, ECONNRESET: 1 },
    });
  });
});
