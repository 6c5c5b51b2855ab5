import { readFileSync } from 'node:fs';
import { indexBelow, type Random } from '../load/random.ts';

export interface Request {
  /** In ms. */
  readonly ms: number;
  readonly failed: boolean;
  /** From 0 to below 1: in the canary when below its weight. */
  readonly place: number;
}

/** The requests that are answered in the next second. */
export type Traffic = () => readonly Request[];

const perSecond = 220;
/** Seconds of the trace that are taken together, so that what hangs together stays together. */
const blockSeconds = 5;

/** Box and Muller, Annals of Mathematical Statistics 29 (1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Independent requests, lognormal: median 12 ms, sigma 0.6, so a p99 of 48 ms. */
export function lognormal(random: Random): Traffic {
  return () =>
    Array.from({ length: perSecond }, () => ({
      ms: 12 * Math.exp(0.6 * normal(random)),
      failed: false,
      place: random(),
    }));
}

/**
 * The same on a machine that stands still now and then, for everybody: in one second of fifty, for
 * half a second to a second.
 */
export function pausing(random: Random): Traffic {
  const calm = lognormal(random);
  return () => {
    const requests = calm();
    if (random() >= 0.02) return requests;
    const pauseMs = 500 + 500 * random();
    return requests.map((request) =>
      random() < pauseMs / 1000 ? { ...request, ms: request.ms + pauseMs * random() } : request,
    );
  };
}

/** The same with failures that both releases have: one request in five hundred. */
export function failing(random: Random): Traffic {
  const calm = lognormal(random);
  return () => calm().map((request) => ({ ...request, failed: random() < 0.002 }));
}

/** Latencies of one second in tenths of a ms, by replica. */
type TraceSecond = readonly (readonly number[])[];

const traceFile = new URL('trace.ndjson', import.meta.url);
let trace: readonly TraceSecond[] | undefined;

/**
 * Answers of four real replicas of one release, drawn in blocks of seconds. `byReplica`: whole
 * replicas are in the canary, as in a rollout, and which ones is drawn once; else any customers.
 */
const fromTrace =
  (byReplica: boolean) =>
  (random: Random): Traffic => {
    trace ??= readFileSync(traceFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const seconds = trace;
    const places = shuffled(random, [0, 1, 2, 3]);
    let next = 0;
    let left = 0;
    return () => {
      if (left === 0) {
        next = indexBelow(random, seconds.length - blockSeconds + 1);
        left = blockSeconds;
      }
      left -= 1;
      const second = seconds[next++] ?? [];
      return second.flatMap((latencies, replica) =>
        latencies.map((tenths) => ({
          ms: tenths / 10,
          failed: false,
          place: byReplica ? ((places[replica] ?? 0) + random()) / 4 : random(),
        })),
      );
    };
  };

export const recorded = fromTrace(false);
export const recordedByReplica = fromTrace(true);

/** Fisher and Yates. */
function shuffled<T>(random: Random, things: readonly T[]): T[] {
  const left = [...things];
  return things.flatMap(() => left.splice(indexBelow(random, left.length), 1));
}
