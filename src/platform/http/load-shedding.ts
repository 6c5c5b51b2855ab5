import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import underPressure, {
  TYPE_EVENT_LOOP_DELAY,
  TYPE_HEAP_USED_BYTES,
  TYPE_RSS_BYTES,
} from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { Problem } from './problems.ts';

/** What a replica can have too much of before it refuses work. */
export interface PressureLimits {
  /** Mean delay of the event loop over one sample, ms. */
  readonly eventLoopDelayMs: number;
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
}

/**
 * Twice the plugin's default: the mean is then above the limit only when the loop came round less
 * than once a second for two seconds, which no start beside other processes on two cores brings about.
 */
const sampleMs = 2_000;

/**
 * An order waits for the loop half a dozen times, so at this delay it takes longer than anybody
 * waits for it, and so would everything that is let in behind it. Busy is not overloaded: here the
 * mean is below 20 ms while the loop is never idle. For that reason utilisation is no limit at all.
 */
const eventLoopDelayMs = 1_000;

/** Beyond this V8 does little else than collect garbage, and ends the process a little later. */
const heapShare = 0.9;
/** Beyond this the kernel may kill the process, which costs every request that is in flight. */
const rssShare = 0.9;

/** The limits of this process on this machine or in this container. */
export function pressureLimits(): PressureLimits {
  const memory = Math.min(process.constrainedMemory() || totalmem(), totalmem());
  return {
    eventLoopDelayMs,
    heapUsedBytes: getHeapStatistics().heap_size_limit * heapShare,
    rssBytes: memory * rssShare,
  };
}

const reasons: Readonly<Record<string, string>> = {
  [TYPE_EVENT_LOOP_DELAY]: 'event-loop-delay',
  [TYPE_HEAP_USED_BYTES]: 'heap',
  [TYPE_RSS_BYTES]: 'rss',
};

/** The replica has more to do than it can. */
export class OverloadedProblem extends Problem {
  readonly status = 503;
  readonly code = 'overloaded';
  readonly title = 'Overloaded';
  /** The next sample is taken by then. */
  override readonly retryAfterSeconds = sampleMs / 1000;
  /** A metric counts them: a line for each would be work at the worst moment. */
  override readonly logged = false;

  constructor() {
    super('There is too much to do at the moment. Nothing was done: repeat it as it is.');
  }
}

/**
 * Refuses requests while a limit is passed, so that those who are let in are answered in time. It
 * looks at the process every two seconds, and at four numbers for each request. Routes with
 * `config: spared` are always answered: a probe that fails under load would take away, or kill, a
 * replica when it is needed most.
 */
export async function registerLoadShedding(
  app: FastifyInstance,
  metrics: Metrics,
  limits: PressureLimits,
): Promise<void> {
  await app.register(underPressure, {
    sampleInterval: sampleMs,
    maxEventLoopDelay: limits.eventLoopDelayMs,
    maxHeapUsedBytes: limits.heapUsedBytes,
    maxRssBytes: limits.rssBytes,
    // A rejection, not a throw: the plugin calls this outside of any try.
    pressureHandler: async (_request, _reply, type) => {
      metrics.shed.inc({ reason: reasons[type] ?? type });
      throw new OverloadedProblem();
    },
  });
}

/** For the config of a route that is answered however great the pressure is. */
export const spared = { pressureHandler: () => {} };
