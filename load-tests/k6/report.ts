import { type Baseline, noRelease, operations, tagged } from './limits.ts';

interface Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** What k6 hands to handleSummary, as far as it is read. */
export interface Data {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly state: { readonly testRunDurationMs: number };
}

/** Latencies in ms. */
export interface Row {
  readonly requests: number;
  /** Share, 0 to 1. */
  readonly failed: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface TaggedRow extends Row {
  readonly phase: string;
  readonly release: string;
}

/** A limit and whether it was kept. */
export interface Limit {
  readonly metric: string;
  readonly rule: string;
  readonly kept: boolean;
  /** What was measured, in the metric's own unit. */
  readonly measured: number;
}

/** A script's summary; summary.json. */
export interface Report {
  readonly scenario: string;
  readonly seconds: number;
  readonly journeys: number;
  readonly dropped: number;
  /** Answers of success that said something else than what had been told. */
  readonly wrong: number;
  readonly all: Row | null;
  /** By phase and release, those that answered. */
  readonly rows: readonly TaggedRow[];
  /** Of answers to customers who were drawn evenly: what another generator would measure. */
  readonly evenly: Row | null;
  /** In ms: of everything as `all`, and of each operation. */
  readonly p95: Readonly<Record<string, number>>;
  readonly baseline: Baseline | null;
  /** Those of what was measured at all. */
  readonly limits: readonly Limit[];
  /** Of a script that goes to the knee: the last stage that kept its limits; null when none did. */
  readonly knee?: string | null;
  readonly passed: boolean;
}

interface Told {
  readonly phases: readonly string[];
  readonly releases: readonly string[];
  readonly baseline: Baseline | null;
  /** It goes on until a limit is crossed. */
  readonly toKnee?: boolean;
}

/** The statistics that the reports need, for `summaryTrendStats`. */
export const trendStats = ['count', 'med', 'p(95)', 'p(99)', 'max'];

export function reportOf(scenario: string, told: Told, { metrics, state }: Data): Report {
  const rowOf = (suffix: string): Row | null => {
    const times = metrics[`answer_duration${suffix}`]?.values;
    if (!times?.count) return null;
    return {
      requests: times.count,
      failed: metrics[`answer_failed${suffix}`]?.values.rate ?? 0,
      p50: times.med ?? 0,
      p95: times['p(95)'] ?? 0,
      p99: times['p(99)'] ?? 0,
      max: times.max ?? 0,
    };
  };
  const rows = told.phases.flatMap((phase) => {
    const ofPhase = rowOf(tagged('', { phase }));
    const byRelease = [...told.releases, noRelease].flatMap((release) => {
      const row = rowOf(tagged('', { phase, release }));
      return row === null ? [] : [{ phase, release, ...row }];
    });
    return ofPhase === null ? byRelease : [{ phase, release: 'all', ...ofPhase }];
  });
  const all = rowOf('');
  const p95 = operations.flatMap((operation) => {
    const row = rowOf(tagged('', { operation }));
    return row === null ? [] : [[operation, row.p95] as const];
  });
  const limits = limitsIn(metrics);
  const kept = limits.every((limit) => limit.kept);
  const knee = kneeOf(told.phases, limits);
  return {
    scenario,
    seconds: state.testRunDurationMs / 1000,
    journeys: metrics.journeys_completed?.values.count ?? 0,
    dropped: metrics.dropped_iterations?.values.count ?? 0,
    wrong: metrics.answer_wrong?.values.passes ?? 0,
    all,
    rows,
    evenly: rowOf(tagged('', { drawn: 'evenly' })),
    p95: Object.fromEntries([...(all === null ? [] : [['all', all.p95] as const]), ...p95]),
    baseline: told.baseline,
    limits,
    ...(told.toKnee ? { knee, passed: knee !== null } : { passed: kept }),
  };
}

/** The last stage before the first one with a limit that was crossed. */
function kneeOf(phases: readonly string[], limits: readonly Limit[]): string | null {
  const crossed = phases.findIndex((phase) =>
    limits.some(({ metric, kept }) => !kept && metric.includes(`:${phase}}`)),
  );
  return (crossed === -1 ? phases.at(-1) : phases[crossed - 1]) ?? null;
}

/** k6 has a metric for each limit, and of those without a sample it says that they were kept. */
function limitsIn(metrics: Data['metrics']): Limit[] {
  const limits = Object.entries(metrics).flatMap(([metric, { values, thresholds = {} }]) =>
    Object.entries(thresholds)
      .filter(([, { ok }]) => !ok || hasSamples(values))
      .map(([rule, { ok }]) => ({ metric, rule, kept: ok, measured: measuredOf(rule, values) })),
  );
  return limits.sort((a, b) => (a.metric < b.metric ? -1 : 1));
}

const hasSamples = ({ count, passes = 0, fails = 0, rate }: Metric['values']): boolean =>
  rate === undefined || count !== undefined ? (count ?? 0) > 0 : passes + fails > 0;

/** The statistic that a rule such as `p(99)<=500` begins with. */
function measuredOf(rule: string, values: Metric['values']): number {
  const [statistic = ''] = rule.split(/[<>=]/);
  return values[statistic] ?? 0;
}
