import type { Tally } from '../drain/tally.ts';
import { type Blow, blows, type Finding, type Journal } from './journal.ts';

export interface KillsResult {
  readonly green: boolean;
  /** What did not hold, in words; empty when green. */
  readonly broken: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  readonly walks: number;
  readonly killed: number;
  /** By command, and by what the server was doing when it was hit. */
  readonly kills: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly blows: Readonly<Record<Blow, number>>;
  readonly mostInARow: number;
  /** Commands that had ended before they were hit. */
  readonly missed: number;
  readonly commandsEnded: number;
  readonly checks: number;
  readonly requests: { readonly answered: number; readonly failed: number };
  /** Failed requests by reason. */
  readonly failures: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

interface Measured {
  readonly journal: Journal;
  readonly tally: Tally;
  readonly seconds: number;
}

/** What was done and found, and whether all that has to hold does. */
export function resultOf(
  options: { readonly kills: number; readonly seed: number },
  { journal, tally, seconds }: Measured,
): KillsResult {
  const requests = { answered: tally.answered, failed: tally.failedCount };
  const promises: readonly (readonly [boolean, string])[] = [
    [journal.killed >= options.kills, `only ${journal.killed} kills of ${options.kills}`],
    [journal.findings.length === 0, `${journal.findings.length} findings`],
    [requests.failed === 0, `${requests.failed} requests failed`],
    [requests.answered > 0, 'no request was answered'],
  ];
  const broken = promises.filter(([held]) => !held).map(([, words]) => words);
  return {
    green: broken.length === 0,
    broken,
    seed: options.seed,
    seconds: Math.round(seconds),
    walks: journal.walks,
    killed: journal.killed,
    kills: Object.fromEntries([...journal.kills].map(([k, v]) => [k, Object.fromEntries(v)])),
    blows: Object.fromEntries(blows.map((b) => [b, journal.countOf(b)])) as Record<Blow, number>,
    mostInARow: journal.mostInARow,
    missed: journal.missed,
    commandsEnded: journal.commandsEnded,
    checks: journal.checks,
    requests,
    failures: Object.fromEntries(tally.failures),
    findings: journal.findings,
  };
}
