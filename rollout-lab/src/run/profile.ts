/** How long things last in a run; milliseconds. The same for every strategy and candidate. */
export interface Profile {
  readonly name: string;
  /** Baseline window: at least as long as the shortest step and 30 s (10 s in quick mode). */
  readonly baselineMs: number;
  /** So long the load goes on after the last step. */
  readonly afterMs: number;
  /** Percent of customers on the new release, step by step. */
  readonly weights: readonly number[];
  /** Percent of customers whose reads take the new columns, step by step. */
  readonly readShares: readonly number[];
  /** Shortest time at a weight before the judge's verdict counts. */
  readonly stepMs: number;
  /**
   * The same at a certain weight, in percent. Long at the last one that few customers meet: what is
   * rare should show there, and not when every fourth customer gets it.
   */
  readonly stepMsAt: Readonly<Record<number, number>>;
  /** A step is prolonged up to this while there is too little data for a verdict. */
  readonly longestStepMs: number;
  /** The judge looks so often. */
  readonly lookMs: number;
  /** Blue-green: how long the old fleet is held after all traffic was switched; `hold`: how long at all. */
  readonly holdDownMs: number;
  /** Window of gate and brownout, in seconds: longer than flag poll plus drain. */
  readonly windowSeconds: number;
  readonly flagsPollMs: number;
  readonly heartbeatMs: number;
  /** A replica told to end goes on serving for so long; the router looks every healthMs. */
  readonly shutdownDelayMs: number;
  readonly healthMs: number;
}

/** Shortest time at a weight (percent), in ms. */
export const stepMsAt = ({ stepMs, stepMsAt: own }: Profile, weight: number): number =>
  own[weight] ?? stepMs;

const common = {
  lookMs: 500,
  weights: [1, 5, 25, 50, 100],
  readShares: [5, 25, 50, 100],
  flagsPollMs: 250,
  heartbeatMs: 500,
  shutdownDelayMs: 700,
  healthMs: 100,
};

const quick: Profile = {
  name: 'quick',
  ...common,
  readShares: [5, 50, 100],
  baselineMs: 10_000,
  afterMs: 2_000,
  stepMs: 2_500,
  stepMsAt: { 5: 30_000 },
  longestStepMs: 60_000,
  holdDownMs: 35_000,
  windowSeconds: 5,
};

/**
 * How long things last. `demo` is the quick one for somebody who watches a healthy release: nothing
 * has to show at 5 %, and the whole story takes less than three minutes.
 */
export const profiles: Readonly<Record<'full' | 'quick' | 'demo', Profile>> = {
  full: {
    name: 'full',
    ...common,
    baselineMs: 30_000,
    afterMs: 10_000,
    stepMs: 15_000,
    stepMsAt: { 5: 30_000 },
    longestStepMs: 60_000,
    holdDownMs: 90_000,
    windowSeconds: 20,
  },
  quick,
  demo: { ...quick, name: 'demo', stepMsAt: {} },
};
