import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Thresholds } from './types.ts';

/** The limits that k6 and the engines of a cluster go by as well. */
export const thresholdsFile = fileURLToPath(
  new URL('../../../load-tests/thresholds.json', import.meta.url),
);

/** A thresholds file that cannot be used; `problems` names every fault. */
export class ThresholdsError extends Error {
  readonly path: string;
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    super(`${path}: ${problems.join('; ')}`);
    this.name = 'ThresholdsError';
    this.path = path;
    this.problems = problems;
  }
}

type Rule = readonly [allowed: string, holds: (value: number) => boolean];

const POSITIVE: Rule = ['a number above 0', (v) => v > 0];
const RATIO: Rule = ['a number from 1', (v) => v >= 1];
const FROM_ZERO: Rule = ['a number from 0', (v) => v >= 0];
const FROM_NONE: Rule = ['an integer from 0', (v) => Number.isInteger(v) && v >= 0];
const COUNT: Rule = ['an integer from 1', (v) => Number.isInteger(v) && v >= 1];

const RULES: Record<keyof Thresholds, Rule> = {
  successRateMin: ['above 0 and up to 1', (v) => v > 0 && v <= 1],
  p99MaxMs: POSITIVE,
  p99Ratio: RATIO,
  p99SlackMs: FROM_ZERO,
  latencyRatio: RATIO,
  latencySlackMs: FROM_ZERO,
  minRequests: COUNT,
  alpha: ['above 0 and below 0.5', (v) => v > 0 && v < 0.5],
  mismatchesMax: FROM_NONE,
  dropsMax: FROM_NONE,
};

/** Reads and checks the file. Throws ThresholdsError. */
export function loadThresholds(path: string): Thresholds {
  const values = parse(path);
  const problems = Object.keys(values)
    .filter((name) => !Object.hasOwn(RULES, name))
    .map((name) => `${name} is unknown`);
  for (const [name, [allowed, holds]] of Object.entries(RULES)) {
    const value = values[name];
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value))
      problems.push(`${name} is ${JSON.stringify(value)}: allowed is ${allowed}`);
  }
  if (problems.length > 0) throw new ThresholdsError(path, problems);
  return values as unknown as Thresholds;
}

function parse(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ThresholdsError(path, [`cannot be read: ${(error as Error).message}`]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ThresholdsError(path, ['is not an object']);
  return value as Record<string, unknown>;
}
