import { percentile } from '../metrics/histogram.ts';
import { sendFor, warmUp } from './stretch.ts';
import type { Target } from './target.ts';

/** What the lab may cost: router and generator together in cores, and the router in ms at the p99. */
export const costLimits = { cores: 0.5, addedP99Ms: 1 };

export interface CostRound {
  readonly routerCores: number;
  readonly generatorCores: number;
  /** p99 through the router, and without it. */
  readonly routedP99Ms: number;
  readonly directP99Ms: number;
  readonly failed: number;
  readonly latenessP99Ms: number | null;
}

export interface CostOptions {
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly toldFile: string;
  readonly signal: AbortSignal;
  readonly onRound: (round: CostRound) => void;
}

export interface CostFigures {
  readonly routerCores: number;
  readonly generatorCores: number;
  readonly cores: number;
  /** Median over the rounds of the difference of a round's two p99. */
  readonly addedP99Ms: number;
  readonly ok: boolean;
}

/** The same load through the router and without it, in turns: what drifts meets both alike. */
export async function measureCost(target: Target, options: CostOptions): Promise<CostRound[]> {
  const rounds: CostRound[] = [];
  const { rate, toldFile, signal } = options;
  await warmUp(target.load(target.router.url, rate, toldFile), target.router, signal);
  for (let n = 0; n < options.rounds; n++) {
    const round = await oneRound(target, options, n % 2 === 0);
    rounds.push(round);
    options.onRound(round);
  }
  return rounds;
}

async function oneRound(target: Target, options: CostOptions, routedFirst: boolean) {
  const { rate, seconds, toldFile, signal } = options;
  const send = (url: string) =>
    sendFor(seconds * 1000, target.load(url, rate, toldFile), target.router, signal);
  const [routedUrl, directUrl] = [target.router.url, target.url];
  const before = routedFirst ? null : await send(directUrl);
  const routed = await send(routedUrl);
  const direct = before ?? (await send(directUrl));
  return {
    routerCores: routed.routerCores,
    generatorCores: routed.generatorCores,
    routedP99Ms: percentile(routed.latencies, 99) ?? Number.NaN,
    directP99Ms: percentile(direct.latencies, 99) ?? Number.NaN,
    failed: routed.failed + direct.failed,
    latenessP99Ms: routed.summary.lateness.p99,
  };
}

export function costFigures(rounds: readonly CostRound[]): CostFigures {
  const routerCores = median(rounds.map((round) => round.routerCores));
  const generatorCores = median(rounds.map((round) => round.generatorCores));
  const addedP99Ms = median(rounds.map((round) => round.routedP99Ms - round.directP99Ms));
  const cores = routerCores + generatorCores;
  const ok =
    cores < costLimits.cores &&
    addedP99Ms <= costLimits.addedP99Ms &&
    rounds.every(({ failed }) => failed === 0);
  return { routerCores, generatorCores, cores, addedP99Ms, ok };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(
    Math.ceil(middle) - 1,
    Math.floor(middle) + 1,
  );
  return (low + high) / 2;
}
