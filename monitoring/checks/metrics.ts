import type { Exposed } from './exposed.ts';
import { groupingsIn, selectorsIn } from './promql.ts';

/** Prometheus makes these itself. */
const ofPrometheus: Exposed = new Map([
  ['up', ['instance', 'job']],
  ['ALERTS', ['alertname', 'alertstate', 'severity']],
]);

/**
 * What queries ask for that nobody exposes: such a query is not wrong, it is silent.
 *
 * @param recorded names of recording rules.
 */
export function unknownNames(
  queries: readonly string[],
  exposed: Exposed,
  recorded: readonly string[],
): string[] {
  const known = new Map([
    ...exposed,
    ...ofPrometheus,
    ...recorded.map((name) => [name, []] as const),
  ]);
  const labels = new Set([...known.values()].flat());
  return queries.flatMap((query) => [
    ...selectorsIn(query).flatMap(({ metric, labels: chosenBy }) => {
      const its = known.get(metric);
      if (its === undefined) return [`no metric ${metric}: ${query}`];
      const strange = chosenBy.filter((label) => !its.includes(label));
      return strange.map((label) => `no label ${label} of ${metric}: ${query}`);
    }),
    ...groupingsIn(query)
      .filter((label) => !labels.has(label))
      .map((label) => `no label ${label}: ${query}`),
  ]);
}
