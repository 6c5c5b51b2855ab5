import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { alerts, recordings } from './files.ts';
import { selectorsIn } from './promql.ts';

/** As far as it is read of an AnalysisTemplate of Argo Rollouts, and of a MetricTemplate of Flagger. */
interface Template {
  readonly spec?: {
    readonly query?: string;
    readonly metrics?: readonly {
      readonly provider: { readonly prometheus?: { readonly query: string } };
    }[];
  };
}

/** What an engine fills in when it asks about release 2.0. */
const filledIn: readonly (readonly [name: RegExp, value: string])[] = [
  [/\{\{\s*(args|variables)\.release\s*\}\}/g, '2.0'],
  [/\{\{\s*(args\.min-requests|variables\.min_requests)\s*\}\}/g, '20'],
  [/\{\{\s*interval\s*\}\}/g, '2m'],
];

/** What Argo Rollouts and Flagger ask for, by the files in which it stands. */
export function engineQueries(): [file: string, query: string][] {
  return ['argo-rollouts/analysis', 'flagger/metrics'].flatMap((folder) => {
    const place = new URL(`../../k8s/overlays/${folder}/`, import.meta.url);
    return readdirSync(place).flatMap((file) => {
      const { spec }: Template = parse(readFileSync(new URL(file, place), 'utf8'));
      const asked = [
        spec?.query,
        ...(spec?.metrics ?? []).map(({ provider }) => provider.prometheus?.query),
      ];
      return asked
        .filter((query) => query !== undefined)
        .map((query): [string, string] => [
          `${folder}/${file}`,
          filledIn.reduce((text, [name, value]) => text.replace(name, value), query),
        ]);
    });
  });
}

/** The series from which the alert rules choose: each metric, with the labels that they name. */
export function ruleSeries(): string[] {
  const recorded = new Set(recordings.map(({ record }) => record));
  const selectors = [...alerts, ...recordings].flatMap(({ expr }) => selectorsIn(expr));
  const series = selectors
    .filter(({ metric }) => !recorded.has(metric))
    .map(({ metric, labels }) => `${metric}{${labels.map((label) => `${label}!=""`).join(',')}}`);
  return [...new Set(series)];
}
