import type { Sample } from './load/sample.ts';
import { type Goal, goals, type Scenario, type Variant } from './scenarios.ts';
import { median, pairedRatios } from './statistics.ts';

export type Loop = 'closed' | 'open';

/** What one variant did in one round of a scenario. */
export interface Measurement extends Sample {
  readonly scenario: string;
  readonly variant: Variant;
  readonly loop: Loop;
  readonly round: number;
  /** Requests a second that were sent, in an open loop. */
  readonly rate?: number;
}

export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One row of the table: a variant of a scenario over all rounds. */
export interface Row {
  readonly scenario: string;
  readonly variant: Variant;
  readonly loop: Loop;
  readonly rate?: number;
  readonly requestsPerSecond: Figure;
  readonly p50Ms: Figure;
  readonly p99Ms: Figure;
  readonly cpuMicros?: Figure;
  readonly requests: number;
  readonly failed: number;
  readonly failure?: string;
  /** Ratios to the scenario's first variant, by round; absent for that one itself. */
  readonly ratio?: {
    readonly requestsPerSecond: Figure;
    readonly p99Ms: Figure;
    readonly cpuMicros?: Figure;
  };
}

/** A variant that could not be measured on this machine. */
export interface Missing {
  readonly scenario: string;
  readonly variant: Variant;
  readonly why: string;
}

export interface GoalResult {
  readonly goal: Goal;
  readonly measured: number;
  readonly holds: boolean;
}

export function figure(values: readonly number[]): Figure {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

type Key = 'requestsPerSecond' | 'p50Ms' | 'p99Ms' | 'cpuMicros';

/** Empty as soon as one round does not have it. */
function byRound(rounds: readonly Measurement[], key: Key): number[] {
  const values = rounds.flatMap((round) => round[key] ?? []);
  return values.length === rounds.length ? values : [];
}

/** Puts the rounds of each variant together; rows come in the order of the scenario's variants. */
export function summarize(scenario: Scenario, loop: Loop, all: readonly Measurement[]): Row[] {
  const of = (variant: Variant) =>
    all
      .filter((m) => m.scenario === scenario.name && m.variant === variant && m.loop === loop)
      .toSorted((a, b) => a.round - b.round);
  const [first] = scenario.variants;
  const base = of(first);
  return scenario.variants.flatMap((variant) => {
    const [one, ...others] = of(variant);
    return one === undefined ? [] : [rowOf([one, ...others], variant === first ? null : base)];
  });
}

type Rounds = readonly [Measurement, ...Measurement[]];

function rowOf(rounds: Rounds, base: readonly Measurement[] | null): Row {
  const [{ scenario, variant, loop, rate }] = rounds;
  const cpu = byRound(rounds, 'cpuMicros');
  const failure = rounds.find((round) => round.failure !== undefined)?.failure;
  return {
    scenario,
    variant,
    loop,
    ...(rate !== undefined && { rate }),
    requestsPerSecond: figure(byRound(rounds, 'requestsPerSecond')),
    p50Ms: figure(byRound(rounds, 'p50Ms')),
    p99Ms: figure(byRound(rounds, 'p99Ms')),
    ...(cpu.length > 0 && { cpuMicros: figure(cpu) }),
    requests: rounds.reduce((sum, round) => sum + round.requests, 0),
    failed: rounds.reduce((sum, round) => sum + round.failed, 0),
    ...(failure !== undefined && { failure }),
    ...(base !== null && { ratio: ratiosOf(rounds, base) }),
  };
}

function ratiosOf(rounds: readonly Measurement[], base: readonly Measurement[]) {
  const of = (key: Key) => pairedRatios(byRound(rounds, key), byRound(base, key));
  const cpu = of('cpuMicros');
  return {
    requestsPerSecond: figure(of('requestsPerSecond')),
    p99Ms: figure(of('p99Ms')),
    ...(cpu.length > 0 && { cpuMicros: figure(cpu) }),
  };
}

/** The goals whose rows were measured. */
export function judge(rows: readonly Row[]): GoalResult[] {
  return goals.flatMap((goal) => {
    const row = rows.find(
      (r) => r.scenario === goal.scenario && r.variant === goal.variant && r.loop === goal.loop,
    );
    if (row?.ratio === undefined) return [];
    const measured = row.ratio[goal.figure].median;
    const holds =
      'atLeast' in goal.holds ? measured >= goal.holds.atLeast : measured <= goal.holds.atMost;
    return { goal, measured, holds };
  });
}
