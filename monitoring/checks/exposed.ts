import { createHealth } from '../../src/platform/http/health.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { registerReplicaMetrics } from '../../src/service/replica-metrics.ts';

/** The labels of each metric, by every name under which Prometheus has it. */
export type Exposed = ReadonlyMap<string, readonly string[]>;

const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** What a replica exposes: asked of its registry, which is filled as the service fills it. */
export function exposedMetrics(): Exposed {
  const metrics = createMetrics('1.0');
  registerReplicaMetrics(metrics, {
    database: { connections: () => ({ size: 0, open: 0, idle: 0, waiting: 0 }) },
    flags: { isOn: () => false },
    tracker: { current: () => [] },
    health: createHealth([]),
  });
  const known = metrics.registry.getMetricsAsArray().flatMap((metric) => {
    const endings = suffixes[String(metric.type)] ?? [''];
    return endings.map((ending) => [metric.name + ending, labelsOf(metric)] as const);
  });
  return new Map(known);
}

/** `release` is on every series, `instance` and `job` are added by who scrapes. */
const everywhere = ['release', 'instance', 'job'];

function labelsOf(metric: object): string[] {
  const own = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
  return [...own.map(String), ...everywhere, 'le', 'quantile'];
}
