import { describe, expect, it } from 'vitest';
import { judge, type Measurement, summarize } from './results.ts';
import { openLoopRate } from './run.ts';
import { rotated, type Scenario, type Variant } from './scenarios.ts';

const scenario: Scenario = {
  name: 'read',
  requests: 'read',
  variants: ['bare', 'api', 'pgbench'],
  openLoop: true,
};

function measured(variant: Variant, round: number, rps: number, more: Partial<Measurement> = {}) {
  const latencies = { p50Ms: 1, p99Ms: 1000 / rps };
  const counts = { requests: rps, failed: 0 };
  const name = { scenario: 'read', variant, round, loop: 'closed' } as const;
  return { ...name, requestsPerSecond: rps, ...latencies, ...counts, ...more };
}

// The whole second round is slow: the ratios are not.
const rounds = [
  measured('api', 1, 90),
  measured('bare', 0, 1000),
  measured('api', 0, 900),
  measured('bare', 1, 100),
  measured('api', 2, 950),
  measured('bare', 2, 1000),
];

describe('a row of the table', () => {
  it('has the median of the rounds, and the median of the ratios of each round', () => {
    const [bare, api] = summarize(scenario, 'closed', rounds);
    expect(bare).toMatchObject({
      variant: 'bare',
      requestsPerSecond: { median: 1000, least: 100 },
    });
    expect(bare).not.toHaveProperty('ratio');
    expect(api?.ratio?.requestsPerSecond).toEqual({ median: 0.9, least: 0.9, most: 0.95 });
  });

  it('is left out for a variant that was not measured, and counts what failed', () => {
    const failing = measured('api', 3, 900, { failed: 2, failure: 'HTTP 500' });
    const rows = summarize(scenario, 'closed', [...rounds, failing]);
    expect(rows.map(({ variant }) => variant)).toEqual(['bare', 'api']);
    expect(rows[1]).toMatchObject({ failed: 2, failure: 'HTTP 500' });
  });

  it('has the CPU time of a request only when every round has it', () => {
    const cpu = (round: number, cpuMicros: number) => measured('bare', round, 1, { cpuMicros });
    expect(summarize(scenario, 'closed', [cpu(0, 10), cpu(1, 30)])[0]?.cpuMicros?.median).toBe(20);
    const partly = [cpu(0, 10), measured('bare', 1, 1)];
    expect(summarize(scenario, 'closed', partly)[0]).not.toHaveProperty('cpuMicros');
  });
});

describe('the goals', () => {
  it('hold at the limit and not below it', () => {
    const at = (rps: number) =>
      judge(summarize(scenario, 'closed', [measured('bare', 0, 1000), measured('api', 0, rps)]));
    expect(at(900)).toMatchObject([{ measured: 0.9, holds: true }]);
    expect(at(899)).toMatchObject([{ holds: false }]);
  });

  it('go by the open loop for p99, where more is worse', () => {
    const open = { loop: 'open', rate: 50 } as const;
    const of = (p99Ms: number) =>
      judge(
        summarize(scenario, 'open', [
          measured('bare', 0, 50, { ...open, p99Ms: 4 }),
          measured('api', 0, 50, { ...open, p99Ms }),
        ]),
      );
    expect(of(4)).toMatchObject([{ goal: { figure: 'p99Ms' }, holds: true }]);
    expect(of(4.1)).toMatchObject([{ holds: false }]);
  });
});

describe('the rounds', () => {
  it('are begun by each variant in turn', () => {
    expect(rotated(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
    expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a']);
  });

  it('send half of what the slower service got through', () => {
    const rows = summarize(scenario, 'closed', [...rounds, measured('pgbench', 0, 10)]);
    expect(openLoopRate(rows)).toBe(450);
  });
});
