import { Pool } from 'undici';
import type { Timing } from './closed-loop.ts';
import { pace } from './pace.ts';
import type { BenchRequest } from './requests.ts';
import { Recorder, type Sample } from './sample.ts';

/** More than are ever busy at a rate that the server can hold: a request never waits for one. */
const maxConnections = 256;

/**
 * Request k leaves at start + k / rate, whether or not earlier ones came back, and its latency
 * counts from then: what a customer waits at a given load. A closed loop waits with its next
 * request for a server that hangs, and so leaves out what it should have measured ("coordinated
 * omission": Tene; Schroeder et al., Open Versus Closed, NSDI 2006).
 */
export async function openLoop(
  url: string,
  next: () => BenchRequest,
  timing: Timing,
  rate: number,
): Promise<Sample> {
  const pool = new Pool(url, { connections: maxConnections });
  const recorder = new Recorder();
  const start = performance.now();
  const total = Math.round((timing.warmupSeconds + timing.seconds) * rate);
  const warmAt = start + timing.warmupSeconds * 1000;

  async function send(intended: number): Promise<void> {
    try {
      const answer = await pool.request({ ...next(), bodyTimeout: 10_000, headersTimeout: 10_000 });
      await answer.body.dump();
      recorder.answered(answer.statusCode, performance.now() - intended, intended >= warmAt);
    } catch (error) {
      recorder.failed(String(error));
    }
  }

  await pace({ start, rate, send, more: (sent) => sent < total });
  await pool.close();
  return recorder.sample(timing.seconds);
}
