import { readFileSync } from 'node:fs';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = new URL('../../../monitoring/dashboard.json', import.meta.url);

/** What the dashboard asks for, with its variables filled in; but for the alerts, of which there should be none. */
export function queries(): [title: string, query: string][] {
  const { panels } = JSON.parse(readFileSync(dashboard, 'utf8')) as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets
      .filter(({ expr }) => !expr.includes('ALERTS{alertstate="firing"} * 2'))
      .map(({ expr }): [string, string] => [
        title,
        expr.replaceAll('$change', '.*').replaceAll('$__rate_interval', '30s'),
      ]),
  );
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly values: readonly unknown[] }[] };
}

/** How many values a query has in a stretch of time, epoch ms. @throws when it cannot be answered */
export async function valuesOf(
  url: string,
  query: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number> {
  const range = { query, start: String(from / 1000), end: String(to / 1000), step: '5' };
  const answer = await fetch(`${url}/api/v1/query_range?${new URLSearchParams(range)}`);
  const { status, error, data } = (await answer.json()) as Answer;
  if (status !== 'success') throw new Error(`${query}: ${error}`);
  return data.result.reduce((sum, { values }) => sum + values.length, 0);
}
