import { describe, expect, it } from 'vitest';
import { parseLog, sampleOf } from './pgbench.ts';

// client, number, µs, script, seconds, microseconds: as pgbench 15 writes it.
const firstThread = `0 1 1000 0 100 1000
0 2 2000 0 101 500000
`;
const secondThread = `1 1 8000 0 101 900000
1 2 3000 0 102 500000
`;

describe('the log of pgbench', () => {
  it('is read in milliseconds', () => {
    expect(parseLog(firstThread)[1]).toEqual({ endedAtMs: 101_500, latencyMs: 2 });
  });

  it('counts neither what ended in the warm-up nor what ended after the time', () => {
    const log = parseLog(firstThread + secondThread);
    const sample = sampleOf(log, { connections: 2, warmupSeconds: 1, seconds: 1 });
    expect(sample).toEqual({ requestsPerSecond: 2, p50Ms: 2, p99Ms: 8, requests: 2, failed: 0 });
  });
});
