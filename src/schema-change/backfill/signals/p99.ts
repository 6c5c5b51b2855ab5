import {
  type Buckets,
  bucketsOf,
  increase,
  observations,
  quantile,
  sumOf,
} from '../../../platform/metrics/histogram.ts';
import { type Scrape, scrapeAll } from '../../../platform/metrics/scrape.ts';
import type { Reading, Signal } from './signal.ts';

const histogram = 'http_request_duration_seconds';
/** What customers wait for: not probes, metrics or documentation. */
const customers = (labels: Readonly<Record<string, string>>) =>
  labels.route?.startsWith('/v1/') === true;

/** Long enough for some hundred requests of a busy service, short enough to react. */
const windowMs = 3_000;
/** With fewer the 99th percentile is the slowest request of all, which says little. */
const fewest = 30;

interface Increment {
  readonly at: number;
  readonly buckets: Buckets;
}

/**
 * The 99th percentile of what the service's customers waited in the last seconds, over all
 * replicas. The answer is as fine as the buckets are (src/platform/metrics/buckets.ts): thresholds
 * between two edges are met by interpolation.
 */
export const p99: Signal = {
  name: 'p99',
  unit: 'ms',
  means: "99th percentile of the service's answers, from METRICS_URLS",
  // What a canary is judged by too (Flagger's default for request-duration).
  threshold: 500,
  // A replica takes some milliseconds to write its metrics, in which it answers nobody else.
  everyMs: 250,
  watch({ metricsUrls }) {
    if (metricsUrls.length === 0) {
      return async () => ({ kind: 'unwatched', note: 'METRICS_URLS is not set' });
    }
    const window = createWindow();
    return async () => window.take(await scrapeAll(metricsUrls), performance.now());
  },
};

/** Keeps what was observed between scrapes for as long as the window is. */
export function createWindow() {
  const last = new Map<string, Buckets>();
  let increments: Increment[] = [];

  function note({ target, text }: Scrape, at: number): void {
    if (text === null) return;
    const buckets = bucketsOf(text, histogram, customers);
    const before = last.get(target);
    last.set(target, buckets);
    // What a process counted before it was first looked at is not of this window.
    if (before !== undefined) increments.push({ at, buckets: increase(before, buckets) });
  }

  return {
    take(scrapes: readonly Scrape[], at: number): Reading {
      for (const scrape of scrapes) note(scrape, at);
      increments = increments.filter((increment) => increment.at > at - windowMs);
      return read(scrapes, sumOf(increments.map((increment) => increment.buckets)));
    },
  };
}

function read(scrapes: readonly Scrape[], buckets: Buckets): Reading {
  const silent = scrapes.filter((scrape) => scrape.failure !== null);
  const [first] = silent;
  if (first !== undefined && silent.length === scrapes.length) {
    return { kind: 'silent', note: `no answer from ${first.target}: ${first.failure}` };
  }
  const asked = scrapes.length - silent.length;
  const note = `${asked} of ${scrapes.length} replicas`;
  const count = observations(buckets);
  if (count < fewest) return { kind: 'quiet', note: `${note}, ${count} requests: too few to tell` };
  const value = 1000 * quantile(buckets, 0.99);
  return { kind: 'measured', value, note: `${note}, ${count} requests` };
}
