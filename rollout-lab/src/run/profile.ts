/** How long things last in a run; milliseconds. The same for every strategy and candidate. */
export interface Profile {
  readonly name: 'full' | 'quick';
  /** Baseline window: at least as long as the shortest step and 30 s (10 s in quick mode). */
  readonly baselineMs: number;
  /** Shortest time at a weight before the judge's verdict counts. */
  readonly stepMs: number;
  /** A step is prolonged up to this while there is too little data for a verdict. */
  readonly longestStepMs: number;
  /** Window of gate and brownout, in seconds: longer than flag poll plus drain. */
  readonly windowSeconds: number;
  readonly flagsPollMs: number;
  readonly heartbeatMs: number;
  /** A replica told to end goes on serving for so long; the router looks every healthMs. */
  readonly shutdownDelayMs: number;
  readonly healthMs: number;
  readonly backfillPauseMs: number;
}

const common = { flagsPollMs: 250, heartbeatMs: 500, shutdownDelayMs: 500, healthMs: 100 };

export const profiles: Readonly<Record<Profile['name'], Profile>> = {
  full: {
    name: 'full',
    ...common,
    baselineMs: 30_000,
    stepMs: 15_000,
    longestStepMs: 60_000,
    windowSeconds: 20,
    backfillPauseMs: 20,
  },
  quick: {
    name: 'quick',
    ...common,
    baselineMs: 10_000,
    stepMs: 4_000,
    longestStepMs: 30_000,
    windowSeconds: 5,
    backfillPauseMs: 10,
  },
};
