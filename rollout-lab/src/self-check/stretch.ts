import type { Histogram } from 'hdr-histogram-js';
import { startLoad } from '../load/load.ts';
import type { LoadConfig, LoadSummary } from '../load/types.ts';
import { epochMs } from '../metrics/clock.ts';
import { coresBetween } from '../metrics/cores.ts';
import { latencyHistogram, record } from '../metrics/histogram.ts';
import type { Router } from '../router/types.ts';
import { pause } from '../run/wait.ts';

/** For the compilers; nothing of it is measured. */
const warmUpMs = 2_000;

/** What came of the lab's own load, sent for a while. */
export interface Stretch {
  readonly latencies: Histogram;
  readonly failed: number;
  readonly summary: LoadSummary;
  /** Processor time a second. */
  readonly generatorCores: number;
  readonly routerCores: number;
}

/** Sends a load for so long, after a warm-up. @throws the signal's reason */
export async function sendFor(
  ms: number,
  config: LoadConfig,
  router: Router,
  signal: AbortSignal,
): Promise<Stretch> {
  const latencies = latencyHistogram();
  const begun = epochMs() + warmUpMs;
  let failed = 0;
  const load = await startLoad(config, (batch) => {
    for (const { at, latencyMs, ok } of batch) {
      if (at >= begun) record(latencies, latencyMs);
      if (!ok) failed += 1;
    }
  });
  try {
    await pause(warmUpMs, signal);
    const before = { load: load.summary(), cpuMs: router.stats().cpuMs, atMs: epochMs() };
    await pause(ms, signal);
    const after = { cpuMs: router.stats().cpuMs, atMs: epochMs() };
    const summary = await load.stop();
    const warm = { cpuMs: before.load?.cpuMs ?? 0, atMs: before.load?.elapsedMs ?? 0 };
    return {
      latencies,
      failed,
      summary,
      generatorCores: coresBetween(warm, { ...summary, atMs: summary.elapsedMs }) ?? 0,
      routerCores: coresBetween(before, after) ?? 0,
    };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/** Sends a load that counts for nothing, so that target and router are as they are after a while. */
export async function warmUp(config: LoadConfig, router: Router, signal: AbortSignal) {
  await sendFor(warmUpMs, config, router, signal);
}
