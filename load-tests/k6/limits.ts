/** Of load-tests/thresholds.json: what the judge of the lab and the engines of a cluster go by as well. */
export interface Thresholds {
  readonly successRateMin: number;
  readonly p99MaxMs: number;
  readonly p99Ratio: number;
  readonly p99SlackMs: number;
}

/** Of the summary of `baseline`: the p95 before, of everything and of each operation, in ms. */
export interface Baseline {
  readonly p95: Readonly<Record<string, number>>;
}

export interface Expected {
  readonly thresholds: Thresholds;
  readonly baseline: Baseline | null;
  readonly phases: readonly string[];
  readonly releases: readonly string[];
}

/** What a customer does in a journey; `all` stands for everything together in a baseline. */
export const operations = ['create-order', 'pay-order', 'read-order'] as const;
export type Operation = (typeof operations)[number];

/** In the place of a release, where no replica has answered. */
export const noRelease = 'none';

/** The name of a metric of the answers that have these tags: `name{phase:x,release:y}`. */
export const tagged = (name: string, tags: Readonly<Record<string, string>>): string =>
  `${name}{${Object.entries(tags)
    .map(([tag, value]) => `${tag}:${value}`)
    .join(',')}}`;

/**
 * Limits of every release in every phase, and of every release in the whole: success rate and p99 as in
 * the file, and, where there is a baseline, a p95 that is not so much worse, of everything and of each
 * operation. k6 keeps no figures of a combination of tags without a limit: these are also its table.
 *
 * A limit of what nobody has measured is kept; so there is one on how much was done at all, and on the
 * generator's own schedule.
 */
export function limitsOf({ thresholds, baseline, phases, releases }: Expected) {
  const { successRateMin, p99MaxMs } = thresholds;
  const failures = [`rate<=${(1 - successRateMin).toFixed(4)}`];
  const limits: Record<string, string[]> = {
    journeys_completed: ['count>0'],
    dropped_iterations: ['count==0'],
    answer_wrong: ['rate==0'],
    answer_failed: failures,
    answer_duration: [`p(99)<=${p99MaxMs}`],
  };
  for (const operation of operations) {
    limits[tagged('answer_duration', { operation })] = [`p(99)<=${p99MaxMs}`];
  }
  limits[tagged('answer_duration', { drawn: 'evenly' })] = [`p(99)<=${p99MaxMs}`];
  for (const variant of ['old', 'new']) {
    limits[tagged('answer_failed', { variant })] = failures;
    limits[tagged('answer_duration', { variant })] = [`p(99)<=${p99MaxMs}`];
  }
  for (const release of [...releases, noRelease]) {
    limits[tagged('answer_failed', { release })] = failures;
    for (const operation of operations) {
      limits[tagged('answer_failed', { operation, release })] = failures;
    }
    for (const phase of phases) {
      limits[tagged('answer_failed', { phase, release })] = failures;
      limits[tagged('answer_duration', { phase, release })] = [`p(99)<=${p99MaxMs}`];
    }
  }
  return baseline === null
    ? limits
    : { ...limits, ...besideBaseline(thresholds, baseline, releases) };
}

/**
 * Limits at which a script that goes to the knee ends, stage by stage. A stage is looked at only after
 * some seconds: the first of them make connections.
 */
export function kneeLimits(
  { successRateMin, p99MaxMs }: Thresholds,
  stages: readonly string[],
): Record<string, (string | { threshold: string; abortOnFail: true; delayAbortEval: string })[]> {
  const ends = (threshold: string) =>
    ({ threshold, abortOnFail: true, delayAbortEval: '5s' }) as const;
  const limits = stages.flatMap((phase) => [
    [tagged('answer_duration', { phase }), [ends(`p(99)<=${p99MaxMs}`)]] as const,
    [
      tagged('answer_failed', { phase }),
      [ends(`rate<=${(1 - successRateMin).toFixed(4)}`)],
    ] as const,
    [tagged('dropped_iterations', { scenario: phase }), [ends('count==0')]] as const,
  ]);
  return { ...Object.fromEntries(limits), journeys_completed: ['count>0'] };
}

/**
 * The p95 of each release, and of each of its operations, against the one before the rollout. Not the
 * p99: the judge compares it with the old release in the same seconds, and a limit of k6 is a number
 * that is there before. A disk or a machine that stands still for a moment, in the ten seconds that a
 * release may live here, is in its p99 and says nothing about it.
 */
function besideBaseline(
  { p99Ratio, p99SlackMs, p99MaxMs }: Thresholds,
  { p95 }: Baseline,
  releases: readonly string[],
): Record<string, string[]> {
  const most = (before: number) =>
    Math.min(p99MaxMs, Math.max(before * p99Ratio, before + p99SlackMs));
  const limits: Record<string, string[]> = {};
  for (const [operation, before] of Object.entries(p95)) {
    for (const release of releases) {
      const tags = operation === 'all' ? { release } : { operation, release };
      limits[tagged('answer_duration', tags)] = [`p(95)<=${most(before).toFixed(1)}`];
    }
  }
  return limits;
}
