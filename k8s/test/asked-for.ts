import { recordings } from '../../monitoring/checks/files.ts';
import { selectorsIn } from '../../monitoring/checks/promql.ts';
import type { KubeObject } from '../policy/objects.ts';
import { queriesOf } from '../policy/queries.ts';

/** The service's own metrics that analyses and rules ask for. */
export function metricsAskedFor(objects: readonly KubeObject[]): ReadonlySet<string> {
  const recorded = recordings.map(({ record }) => record);
  const asked = queriesOf(objects).flatMap(({ query }) => selectorsIn(query));
  return new Set(asked.map(({ metric }) => metric).filter((metric) => !recorded.includes(metric)));
}
