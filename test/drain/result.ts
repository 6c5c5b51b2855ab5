import type { Fleet } from './fleet.ts';
import type { Sent } from './schedule.ts';
import type { Tally } from './tally.ts';

export interface DrainResult {
  readonly green: boolean;
  /** What did not hold, in words; empty when green. */
  readonly broken: readonly string[];
  readonly replacements: number;
  readonly seconds: number;
  readonly requests: {
    readonly askedPerSecond: number;
    readonly intended: number;
    readonly sent: number;
    readonly sentPerSecond: number;
    readonly answered: number;
    readonly failed: number;
    readonly resets: number;
  };
  /** Failed requests by reason. */
  readonly failures: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Replicas by exit code or signal; those that served at the end are told to end as well. */
  readonly exits: Readonly<Record<string, number>>;
  /** From SIGTERM to the end of the process. */
  readonly drainMs: { readonly median: number; readonly max: number };
  /** Processes that still ran at the end. */
  readonly left: number;
}

interface Measured {
  readonly sent: Sent;
  readonly tally: Tally;
  readonly fleet: Pick<Fleet, 'exits' | 'drainsMs' | 'left' | 'replaced'>;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** What was measured, and whether all that has to hold does. */
export function resultOf(
  options: { replacements: number; rate: number },
  { sent, tally, fleet }: Measured,
): DrainResult {
  const drains = fleet.drainsMs.toSorted((a, b) => a - b);
  const { p50, p99, max } = tally.latency();
  const measured = {
    replacements: fleet.replaced,
    seconds: rounded(sent.seconds),
    requests: {
      askedPerSecond: options.rate,
      intended: sent.intended,
      sent: sent.sent,
      sentPerSecond: rounded(sent.sent / sent.seconds),
      answered: tally.answered,
      failed: tally.failedCount,
      resets: tally.resetCount,
    },
    failures: Object.fromEntries(tally.failures),
    latencyMs: { p50: rounded(p50), p99: rounded(p99), max: rounded(max) },
    exits: Object.fromEntries(fleet.exits),
    drainMs: {
      median: rounded(drains[drains.length >> 1] ?? 0),
      max: rounded(drains.at(-1) ?? 0),
    },
    left: fleet.left(),
  };
  const broken = brokenPromises(options, measured);
  return { green: broken.length === 0, broken, ...measured };
}

function brokenPromises(
  options: { replacements: number; rate: number },
  { requests, exits, left, replacements }: Omit<DrainResult, 'green' | 'broken'>,
): string[] {
  const badExits = Object.entries(exits).filter(([how]) => how !== '0');
  const promises: readonly (readonly [boolean, string])[] = [
    [replacements >= options.replacements, `only ${replacements} replicas were replaced`],
    [requests.sentPerSecond >= options.rate * enough, `sent ${requests.sentPerSecond} requests/s`],
    [requests.failed === 0, `${requests.failed} requests failed`],
    [requests.resets === 0, `${requests.resets} connections were reset or refused`],
    [badExits.length === 0, `exits that are not 0: ${badExits.map(([how, n]) => `${n} × ${how}`)}`],
    [left === 0, `${left} processes were left`],
  ];
  return promises.filter(([held]) => !held).map(([, words]) => words);
}

/** Of the rate that was asked for; the rest is the moment between the last request and the stop. */
const enough = 0.99;
