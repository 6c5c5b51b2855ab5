import autocannon from 'autocannon';
import type { BenchRequest } from './requests.ts';
import { Recorder, type Sample } from './sample.ts';

export interface Timing {
  readonly connections: number;
  /** Answers of so long at the start are not counted. */
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/** autocannon looks at the clock so often; a whole second could be missed at the end otherwise. */
const tickMs = 100;

/**
 * Each connection sends its next request as soon as the last one is answered: how much gets
 * through. The latencies come from autocannon's own clock, unrounded; its histogram has whole
 * milliseconds only.
 */
export async function closedLoop(
  url: string,
  next: () => BenchRequest,
  timing: Timing,
): Promise<Sample> {
  const recorder = new Recorder();
  const from = performance.now() + timing.warmupSeconds * 1000;
  const until = from + timing.seconds * 1000;
  const ended = Promise.withResolvers<void>();
  const options = {
    url,
    connections: timing.connections,
    duration: timing.warmupSeconds + timing.seconds,
    sampleInt: tickMs,
    requests: [{ setupRequest: (request: autocannon.Request) => ({ ...request, ...next() }) }],
  };
  const run = autocannon(options, (error) => (error ? ended.reject(error) : ended.resolve()));
  run.on('response', (_client, status, _bytes, latencyMs) => {
    const now = performance.now();
    if (now < until) recorder.answered(status, latencyMs, now >= from);
  });
  run.on('reqError', (error) => recorder.failed(error.message));
  await ended.promise;
  return recorder.sample(timing.seconds);
}
