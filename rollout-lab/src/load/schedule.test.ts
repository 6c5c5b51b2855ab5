import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../metrics/clock.ts';
import type { Observation } from '../metrics/types.ts';
import { Engine } from './engine.ts';
import { FakeApi } from './fake-api.ts';
import { Schedule } from './schedule.ts';

/** Holds this thread up, as a long garbage collection would. */
function block(ms: number): number {
  const end = epochMs() + ms;
  while (epochMs() < end);
  return end;
}

describe('Schedule', () => {
  it('keeps the intended times through a pause and says how late it was', async () => {
    const intended: number[] = [];
    const schedule = new Schedule(1000, (k, at) => {
      intended[k] = at;
      if (k === 0) block(30);
    });
    await delay(5);
    const { sent, intended: due, lateness } = schedule.stop();
    expect(sent).toBe(due);
    expect(intended).toHaveLength(sent);
    // One request a millisecond, so what was due in the first of the 30 left after the last.
    expect(sent).toBeGreaterThanOrEqual(30);
    expect(lateness.max).toBeGreaterThanOrEqual(29);
    intended.forEach((at, k) => {
      expect(at - (intended[0] ?? 0)).toBeCloseTo(k, 2);
    });
  });

  it('leaves unsent what it was too far behind to send', () => {
    let calls = 0;
    const schedule = new Schedule(1000, () => calls++);
    block(300);
    const { sent, intended } = schedule.stop();
    expect(sent).toBe(calls);
    expect(intended - sent).toBeGreaterThanOrEqual(300);
  });

  it('sends nothing after the stop', async () => {
    let calls = 0;
    const schedule = new Schedule(1000, () => calls++);
    const { sent } = schedule.stop();
    await delay(20);
    expect(calls).toBe(sent);
  });
});

describe('Engine', () => {
  it('counts a latency from the intended time, not from a late sending', async () => {
    const api = new FakeApi();
    const target = await api.listen();
    const folder = await mkdtemp(join(tmpdir(), 'engine-'));
    const observations: Observation[] = [];
    const config = {
      target,
      rate: 200,
      seed: 1,
      customers: [{ id: 'c', token: 't' }],
      skus: ['s'],
      seeded: { count: 0, customers: 1 },
      toldFile: join(folder, 'told.ndjson'),
    };
    const engine = await Engine.start(config, (batch) => observations.push(...batch));
    const end = block(100);
    // Its timer is due.
    await delay(1);
    await engine.stop();
    const during = observations.filter(({ at }) => at < end);
    expect(during.length).toBeGreaterThanOrEqual(19);
    for (const { at, latencyMs } of during) expect(at + latencyMs).toBeGreaterThanOrEqual(end);
    await api.close();
    await rm(folder, { recursive: true });
  });
});
