import { existsSync, readFileSync } from 'node:fs';
import type { AnalysisMetric, CanaryMetric } from './kinds.ts';
import { type KubeObject, ofKind, type Problem } from './objects.ts';

const file = new URL('../../load-tests/thresholds.json', import.meta.url);

/** The limits that the lab's judge and k6 go by. Who has deleted both has none but those here. */
const thresholds = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, number>>)
  : null;

/** How the arguments of an analysis are called in that file. */
const argumentNames: Readonly<Record<string, string>> = {
  'success-rate-min': 'successRateMin',
  'p99-max-ms': 'p99MaxMs',
  'mismatches-max': 'mismatchesMax',
  'min-requests': 'minRequests',
};

/** What a metric of Flagger may at least and at most be. */
const ranges: Readonly<Record<string, { readonly min?: string; readonly max?: string }>> = {
  'success-rate': { min: 'successRateMin' },
  p99: { max: 'p99MaxMs' },
  'shadow-mismatches': { max: 'mismatchesMax' },
};

/** A release that passes in the lab passes here, and the other way round. */
export function checkThresholds(objects: readonly KubeObject[]): Problem[] {
  return [...analysisThresholds(objects), ...canaryThresholds(objects)];
}

function analysisThresholds(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'AnalysisTemplate').flatMap((object) => {
    const { args = [], metrics = [] } = object.spec;
    return [
      ...args.flatMap(({ name, value }, index) =>
        differs(object, `spec.args[${index}].value`, argumentNames[name], Number(value)),
      ),
      ...metrics.flatMap((metric, index) => ownNumbers(object, metric, index)),
    ];
  });
}

/** A limit that is written into a condition would be compared with nothing. */
function ownNumbers(object: KubeObject, metric: AnalysisMetric, index: number): Problem[] {
  if (metric.provider.prometheus === undefined) return [];
  return (['successCondition', 'failureCondition'] as const)
    .filter((which) => /\d/.test(withoutArguments(metric[which] ?? '')))
    .map((which) => ({
      object,
      path: `spec.metrics[${index}].${which}`,
      problem: 'has a limit of its own',
      remedy: 'make it an argument, with its value from load-tests/thresholds.json',
    }));
}

function withoutArguments(condition: string): string {
  return condition
    .replace(/\{\{[^}]*\}\}/g, '')
    .replaceAll('len(result) > 0', '')
    .replaceAll('result[0]', '');
}

function canaryThresholds(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'Canary').flatMap((object) =>
    (object.spec.analysis.metrics ?? []).flatMap((metric, index) =>
      metricThresholds(object, metric, `spec.analysis.metrics[${index}]`),
    ),
  );
}

function metricThresholds(object: KubeObject, metric: CanaryMetric, path: string): Problem[] {
  const { name, thresholdRange: range = {}, templateVariables = {} } = metric;
  const known = ranges[name];
  if (known === undefined) {
    const remedy = `take one of ${Object.keys(ranges).join(', ')}, or add it to the file and here`;
    return [
      { object, path, problem: `${name} has no limit in load-tests/thresholds.json`, remedy },
    ];
  }
  const fewest = templateVariables.min_requests;
  return [
    ...(['min', 'max'] as const).flatMap((end) =>
      differs(object, `${path}.thresholdRange.${end}`, known[end], range[end]),
    ),
    ...(fewest === undefined
      ? []
      : differs(object, `${path}.templateVariables.min_requests`, 'minRequests', Number(fewest))),
  ];
}

function differs(
  object: KubeObject,
  path: string,
  key: string | undefined,
  value: number | undefined,
): Problem[] {
  if (key === undefined || thresholds === null || thresholds[key] === value) return [];
  const problem = `is ${value}, and ${key} of load-tests/thresholds.json is ${thresholds[key]}`;
  return [{ object, path, problem, remedy: 'write the same number' }];
}
