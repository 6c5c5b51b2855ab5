import { randomOf } from '../harness/random.ts';
import { createWorld } from '../harness/world.ts';
import { Fleet } from './fleet.ts';
import { Load } from './load.ts';
import { type DrainResult, resultOf } from './result.ts';
import { Rotation } from './rotation.ts';
import { Tally } from './tally.ts';

export interface DrainOptions {
  readonly replacements: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seed: number;
  /** What the replicas are told to do wrong: FAULTS. */
  readonly faults: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const replicas = 3;
const release = '2.0';
/** Several times as long as a router takes to look again, and short enough to end a hundred of them. */
const shutdownDelayMs = 500;
/** Long enough that there is always a payment under way when a replica is told to end. */
const gatewayLatencyMs = 50;
const customerCount = 200;

/** Replaces replicas under load, one after the other, and tells what their clients have noticed. */
export async function drain(options: DrainOptions): Promise<DrainResult> {
  const { signal, say } = options;
  const world = await createWorld({ release, customers: customerCount, gatewayLatencyMs });
  const rotation = new Rotation();
  const env = {
    ...world.env,
    SHUTDOWN_DELAY_MS: String(shutdownDelayMs),
    FAULTS: options.faults,
  };
  const fleet = new Fleet({ release, env, rotation, signal });
  let load: Load | undefined;
  try {
    for (let started = 0; started < replicas; started += 1) await fleet.start();
    const [first, ...others] = world.customers;
    if (first === undefined) throw new Error('there are no customers');
    const tally = new Tally();
    const { rate } = options;
    const random = randomOf(options.seed);
    load = new Load({ rate, rotation, tally, customers: [first, ...others], random });
    for (let done = 1; done <= options.replacements; done += 1) {
      await fleet.replaceOldest();
      if (done % 10 === 0) say(`${done} replaced, ${tally.failedCount} requests failed`);
    }
    const sent = await load.stop();
    while (fleet.size > 0) await fleet.endOldest();
    return resultOf(options, { sent, tally, fleet });
  } finally {
    await fleet.close();
    await load?.stop();
    await world.close();
  }
}
