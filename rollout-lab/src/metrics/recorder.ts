import { epochMs } from './clock.ts';
import { latencyHistogram, percentile, record } from './histogram.ts';
import { Recent } from './recent.ts';
import { secondsOf } from './seconds.ts';
import { answeredAt, isBad, isDrop, Tally } from './tally.ts';
import type {
  Arm,
  Curve,
  Group,
  LiveStats,
  Observation,
  PhaseStats,
  ReleaseStats,
  Stats,
} from './types.ts';

/** The release of answers without the header `x-release`, and of requests without an answer. */
export const UNKNOWN_RELEASE = 'unknown';

const KEPT_SECONDS = 180;
const KEPT_EXAMPLES = 20;
// Longer than the load's request timeout: a request answered now left at most so long ago.
const LONGEST_REQUEST_MS = 15_000;

interface Phase {
  readonly name: string;
  readonly from: number;
  to: number | null;
  readonly tally: Tally;
}

/** A phase was begun twice, or ended or asked for without having begun. */
export class PhaseError extends Error {
  readonly phase: string;

  constructor(phase: string, problem: string) {
    super(`phase '${phase}' ${problem}`);
    this.name = 'PhaseError';
    this.phase = phase;
  }
}

/**
 * Keeps the figures of a run in bounded memory. Phases are named stretches of time, may overlap
 * (`baseline` and `rollout` span others), and own the requests that were *meant* to leave in them,
 * however late the answer came. All times in epoch ms on the clock of `epochMs`.
 */
export class Recorder {
  readonly #total = new Tally();
  readonly #phases = new Map<string, Phase>();
  readonly #releases = new Map<string, Tally>();
  readonly #recent = new Recent(KEPT_SECONDS);
  readonly #examples: Observation[] = [];
  #drops = 0;

  add(batch: readonly Observation[]): void {
    for (const observation of batch) this.#add(observation);
  }

  /**
   * `at` is now, or at least not before a request that was added already.
   * Throws PhaseError when there was a phase of that name.
   */
  beginPhase(name: string, at: number = epochMs()): void {
    if (this.#phases.has(name)) throw new PhaseError(name, 'has begun already');
    this.#phases.set(name, { name, from: at, to: null, tally: new Tally() });
  }

  /** As beginPhase. Answers that come later are still counted. Throws PhaseError when it does not last. */
  endPhase(name: string, at: number = epochMs()): void {
    const phase = this.#phase(name);
    if (phase.to !== null) throw new PhaseError(name, 'has ended already');
    phase.to = at;
  }

  /** Throws PhaseError for an unknown name. */
  phase(name: string): PhaseStats {
    const { from, to, tally } = this.#phase(name);
    return { name, from, to, ...tally.stats() };
  }

  /** Latencies of a phase's requests; null when it has not begun. */
  curve(name: string): Curve | null {
    return this.#phases.get(name)?.tally.curve() ?? null;
  }

  /** In the order in which they began. */
  phases(): PhaseStats[] {
    return [...this.#phases.keys()].map((name) => this.phase(name));
  }

  /** The whole run. */
  totals(): Stats {
    return this.#total.stats();
  }

  /** Every release that answered, and UNKNOWN_RELEASE for the rest. */
  releases(): ReleaseStats[] {
    return [...this.#releases].map(([release, tally]) => ({ release, ...tally.stats() }));
  }

  /** Requests so far whose connection broke before a whole answer. */
  drops(): number {
    return this.#drops;
  }

  /**
   * A group's requests that were meant to leave from `from` to before `to`, within the last 180 s;
   * throws TooLongAgoError beyond. Requests still in flight are missing, and the slowest are the last
   * to come: end the window some seconds ago.
   */
  arm({ release, variant }: Group, from: number, to: number): Arm {
    const requests = this.#recent
      .between(from, to)
      .filter((o) => (o.release ?? UNKNOWN_RELEASE) === release)
      .filter((o) => variant === undefined || o.variant === variant);
    const latencies = histogramOf(requests);
    return {
      release,
      requests: requests.length,
      failed: requests.filter(({ ok }) => !ok).length,
      wrong: requests.filter(({ wrong }) => wrong).length,
      p50: percentile(latencies, 50),
      p99: percentile(latencies, 99),
      slowerThan: (ms) => requests.filter(({ latencyMs }) => latencyMs > ms).length,
      seconds: (after) => secondsOf(requests, after ?? Number.NEGATIVE_INFINITY, to),
    };
  }

  /** Customers with a failed or wrong answer, by their index. */
  customersHit(): number[] {
    return this.#total.customersHit();
  }

  /** The first failed or wrong answers, at most 20. */
  examples(): readonly Observation[] {
    return this.#examples;
  }

  live(now: number = epochMs()): LiveStats {
    const all = this.#recent.between(now - LONGEST_REQUEST_MS, now);
    const answeredWithin = (ms: number) =>
      all.filter((o) => answeredAt(o) > now - ms && answeredAt(o) <= now);
    const lastSecond = answeredWithin(1000);
    const latencies = histogramOf(answeredWithin(5000));
    return {
      perSecond: lastSecond.length,
      bad: lastSecond.filter(isBad).length,
      releases: byRelease(lastSecond),
      p50: percentile(latencies, 50),
      p99: percentile(latencies, 99),
    };
  }

  #add(observation: Observation): void {
    const release = observation.release ?? UNKNOWN_RELEASE;
    const ofRelease = this.#releases.get(release) ?? new Tally();
    this.#releases.set(release, ofRelease);
    const { at } = observation;
    const phases = [...this.#phases.values()].filter(
      ({ from, to }) => at >= from && (to === null || at < to),
    );
    for (const tally of [this.#total, ofRelease, ...phases.map((p) => p.tally)])
      tally.add(observation);
    this.#recent.add(observation);
    if (isDrop(observation)) this.#drops += 1;
    if (isBad(observation) && this.#examples.length < KEPT_EXAMPLES)
      this.#examples.push(observation);
  }

  #phase(name: string): Phase {
    const phase = this.#phases.get(name);
    if (!phase) throw new PhaseError(name, 'has not begun');
    return phase;
  }
}

function byRelease(observations: readonly Observation[]): LiveStats['releases'] {
  const groups = Map.groupBy(observations, (o) => o.release ?? UNKNOWN_RELEASE);
  const counts = [...groups].map(([release, group]) => {
    return [release, { requests: group.length, bad: group.filter(isBad).length }] as const;
  });
  return Object.fromEntries(counts);
}

function histogramOf(observations: readonly Observation[]) {
  const histogram = latencyHistogram();
  for (const { latencyMs } of observations) record(histogram, latencyMs);
  return histogram;
}
