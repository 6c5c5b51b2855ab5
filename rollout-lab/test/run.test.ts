import { describe, expect, it } from 'vitest';
import type { Candidate } from '../src/candidates/candidate.ts';
import { candidates } from '../src/candidates/index.ts';
import type { Change } from '../src/changes/change.ts';
import { changes } from '../src/changes/index.ts';
import { minorUnits } from '../src/changes/minor-units.ts';
import { shippingAddress } from '../src/changes/shipping-address.ts';
import { exitCodeOf } from '../src/cli/exit-code.ts';
import { Feed } from '../src/feed/feed.ts';
import type { Thresholds } from '../src/judge/types.ts';
import { markdownReport } from '../src/report/markdown.ts';
import { Control } from '../src/run/control.ts';
import { type Plant, plants } from '../src/run/plant.ts';
import { type Profile, profiles } from '../src/run/profile.ts';
import type { RunResult } from '../src/run/result.ts';
import { run } from '../src/run/run.ts';
import { canary } from '../src/strategies/canary.ts';
import { createWorld } from '../src/world/world.ts';

/** Short enough for a test: everything happens, nothing is measured well. */
const short: Profile = {
  ...profiles.quick,
  name: 'test',
  weights: [50, 100],
  baselineMs: 2_000,
  afterMs: 500,
  stepMs: 1_500,
  stepMsAt: {},
  holdDownMs: 3_000,
  windowSeconds: 2,
};

/** Other tests run beside this one: here a slow answer says nothing. */
const patient: Thresholds = {
  successRateMin: 0.99,
  p99MaxMs: 9_000,
  p99Ratio: 1.5,
  p99SlackMs: 9_000,
  latencyRatio: 1.5,
  latencySlackMs: 9_000,
  minRequests: 20,
  alpha: 0.01,
  mismatchesMax: 0,
  dropsMax: 0,
};

const silent = { line() {}, step() {}, live() {}, close() {} };

function named<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`there is no ${name}`);
  return row;
}

interface Variation {
  readonly plant?: Plant;
  readonly rate?: number;
  readonly change?: Change;
  readonly thresholds?: Thresholds;
}

function shortRun(
  candidate: Candidate,
  { plant, rate = 60, change = minorUnits, thresholds = patient }: Variation = {},
): Promise<RunResult> {
  return run({
    strategy: canary,
    candidate,
    change,
    plant: plant ?? null,
    profile: short,
    thresholds,
    rate,
    seedOrders: 2_000,
    customers: 100,
    replicas: 2,
    createWorld,
    seed: 'test',
    port: 0,
    goBackBy: 'flag',
    costPerHour: 300_000,
    feed: new Feed(),
    control: new Control(),
    display: silent,
    signal: new AbortController().signal,
  });
}

/** The healthy candidate's first release only. */
const firstRelease: Candidate = { ...named(candidates, 'healthy'), upTo: 'expand' };

describe('a run', { timeout: 240_000 }, () => {
  it.each(changes)(
    'takes the healthy candidate through $name and nobody notices',
    async (change) => {
      const result = await shortRun(named(candidates, 'healthy'), { change });
      expect(result.failures).toEqual([]);
      expect(result.reasons).toEqual([]);
      expect(result).toMatchObject({
        schemaVersion: 2,
        change: change.name,
        outcome: 'released',
        green: true,
        failedRequests: 0,
        wrongAnswers: 0,
        lostOrders: 0,
        doubleCharges: 0,
        mismatchedRows: 0,
        oldColumnsGone: true,
        timeToDetectSeconds: null,
        rollbackSeconds: null,
        blastRadiusCustomers: 0,
      });
      expect(result.phases.map((phase) => phase.name)).toContain(change.proof.title);
      // Three rollouts, and the reads that move in between.
      expect(result.verdicts).toHaveLength(3 * short.weights.length + short.readShares.length);
      expect(result.ledger?.ordersTold).toBeGreaterThan(100);
      expect(result.ledger?.captures).toBe(result.ledger?.paymentsTold);
      expect(markdownReport(result)).toContain('| p99 impact |');
      expect(result).toMatchObject({ complete: true, valid: true, invalidBecause: [] });
      for (const curve of Object.values(result.latency)) expect(curve?.at(-1)?.[0]).toBe(100);
      expect(result.failureCost).toEqual({
        perHour: 300_000,
        failedShare: 0,
        seconds: 0,
        amount: 0,
      });
      expect(result.timeline.at(-1)).toMatchObject({ type: 'end', green: true, lost: 0 });
    },
  );

  it('rolls the failing candidate back and loses nothing', async () => {
    // Half of the payments, so that a short step shows it; the real one is 5 %.
    const failing = {
      ...named(candidates, 'failing'),
      faults: 'payments-fail=0.5@release.new-behaviour',
    };
    const result = await shortRun(failing);
    expect(result.reasons).toEqual([]);
    expect(result).toMatchObject({
      outcome: 'rolled-back',
      lostOrders: 0,
      doubleCharges: 0,
      deploymentSeconds: null,
    });
    expect(result.failedRequests).toBeGreaterThan(0);
    expect(result.timeToDetectSeconds).toBeGreaterThan(0);
    expect(result.verdicts.at(-1)?.verdict).toBe('fail');
  });

  it('turns red when replicas end without draining', async () => {
    // So many requests that some are in flight whenever a replica ends.
    const result = await shortRun(firstRelease, { plant: named(plants, 'no-drain'), rate: 400 });
    expect(result.green).toBe(false);
    expect(result.failedRequests).toBeGreaterThan(0);
    expect(result.failures[0]).toMatchObject({ ok: false });
  });

  it.each(['lost-order', 'double-charge', 'altered-row'])('turns red at %s', async (name) => {
    const result = await shortRun(firstRelease, { plant: named(plants, name) });
    expect(result.outcome).toBe('released');
    expect(result.green).toBe(false);
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result.findings[0]?.row).toMatch(/^[0-9a-f]{8}-/);
  });

  it('is invalid when the generator does not keep its schedule', async () => {
    const result = await shortRun(firstRelease, {
      plant: named(plants, 'slow-generator'),
      // Half of it is what the generator may be late.
      thresholds: { ...patient, p99SlackMs: 50 },
    });
    expect(result).toMatchObject({ complete: true, valid: false, green: false, findings: [] });
    expect(result.invalidBecause).toEqual([expect.stringMatching(/late at its p99/)]);
    expect(result.load.latenessP99Ms).toBeGreaterThan(result.load.latenessBoundMs);
    expect(exitCodeOf(result)).toBe(3);
    expect(markdownReport(result)).toContain('**Invalid**');
  });

  it('turns red when an address is altered', async () => {
    const plant = named(plants, 'altered-row');
    const result = await shortRun(firstRelease, { plant, change: shippingAddress });
    expect(result).toMatchObject({ outcome: 'released', green: false, mismatchedRows: 1 });
    expect(result.findings[0]).toMatchObject({ kind: 'mismatched', table: 'orders' });
  });
});
