import { exposedMetrics } from '../../monitoring/checks/exposed.ts';
import { unknownNames } from '../../monitoring/checks/metrics.ts';
import { type KubeObject, ofKind, type Problem } from './objects.ts';

/** A query of Prometheus, and where it stands. */
export interface Query {
  readonly object: KubeObject;
  readonly path: string;
  readonly query: string;
}

/** Every query, with a number in the place of what an engine fills in. */
export function queriesOf(objects: readonly KubeObject[]): Query[] {
  const found = [
    ...ofKind(objects, 'MetricTemplate').map((object) => ({
      object,
      path: 'spec.query',
      query: object.spec.query,
    })),
    ...ofKind(objects, 'AnalysisTemplate').flatMap((object) =>
      (object.spec.metrics ?? []).map(({ provider }, index) => ({
        object,
        path: `spec.metrics[${index}].provider.prometheus.query`,
        query: provider.prometheus?.query ?? '',
      })),
    ),
    ...ofKind(objects, 'PrometheusRule').flatMap((object) =>
      rulesOf(object).map(({ expr }) => ({ object, path: 'spec.groups', query: expr })),
    ),
  ];
  return found.map((its) => ({ ...its, query: its.query.replace(/\{\{[^}]*\}\}/g, '1') }));
}

type PrometheusRule = ReturnType<typeof ofKind<'PrometheusRule'>>[number];

function rulesOf({ spec }: PrometheusRule) {
  return (spec.groups ?? []).flatMap(({ rules = [] }) => rules);
}

/** A query for what no replica exposes is not wrong, it is silent. */
export function checkQueries(objects: readonly KubeObject[]): Problem[] {
  const recorded = ofKind(objects, 'PrometheusRule')
    .flatMap(rulesOf)
    .flatMap(({ record }) => (record === undefined ? [] : [record]));
  const exposed = exposedMetrics();
  return queriesOf(objects).flatMap(({ object, path, query }) =>
    unknownNames([query], exposed, recorded).map((problem) => ({
      object,
      path,
      problem: problem.split(': ')[0] ?? problem,
      remedy: 'take a metric and labels of docs/operations.md',
    })),
  );
}
