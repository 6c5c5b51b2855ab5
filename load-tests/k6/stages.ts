/** A stretch of a script at one rate; its name is the phase of its answers. */
export interface Stage {
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** One scenario a stage, one after the other. */
export function scenariosOf(stages: readonly Stage[]) {
  let begins = 0;
  const scenarios = stages.map(({ name, rate, seconds }) => {
    const scenario = {
      ...steady(rate, seconds),
      startTime: `${begins}s`,
    };
    begins += seconds;
    return [name, scenario] as const;
  });
  return Object.fromEntries(scenarios);
}

/** An open model: requests leave on schedule, whether or not earlier ones were answered. */
export const steady = (rate: number, seconds: number) => ({
  executor: 'constant-arrival-rate',
  rate,
  timeUnit: '1s',
  duration: `${seconds}s`,
  preAllocatedVUs: 50,
  maxVUs: 400,
  gracefulStop: '15s',
});

/** `times` stages, each at double the rate of the one before. */
export const doubling = (rate: number, seconds: number, times: number): Stage[] =>
  Array.from({ length: times }, (_, nth) => {
    const own = rate * 2 ** nth;
    return { name: `at-${own}`, rate: own, seconds };
  });

/** Three stages alike: what wears out shows in the last one. */
export const thirds = (rate: number, seconds: number): Stage[] =>
  ['begin', 'middle', 'end'].map((name) => ({ name, rate, seconds: Math.ceil(seconds / 3) }));
