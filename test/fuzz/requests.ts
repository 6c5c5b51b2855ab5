/** How many requests a replica answered, as it counted them itself. */
export interface Count {
  /** Method and pattern of the route; `none` where there is none. */
  readonly route: string;
  readonly status: string;
  readonly requests: number;
}

const sample =
  /^(?:http_request_duration_seconds_count|http_unreadable_requests_total)\{([^}]*)\} (\d+)$/gm;

/** Reads the counts from what Prometheus would read. */
export function countsOf(metrics: string): Count[] {
  return [...metrics.matchAll(sample)].map(([, labels = '', requests]) => {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? 'none';
    return {
      route: `${label('method')} ${label('route')}`,
      status: label('status'),
      requests: Number(requests),
    };
  });
}

export async function requestsOf(url: string): Promise<Count[]> {
  return countsOf(await (await fetch(`${url}/metrics`)).text());
}

export function total(counts: readonly Count[]): number {
  return counts.reduce((sum, { requests }) => sum + requests, 0);
}

/** The sums by status, as one line. */
export function byStatus(counts: readonly Count[]): string {
  const given = counts.filter(({ requests }) => requests > 0);
  const statuses = Map.groupBy(given, ({ status }) => status);
  return [...statuses]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([status, found]) => `${status} ×${total(found)}`)
    .join('  ');
}

/** Those of some routes that never had a good answer: what lies behind them was not looked at. */
export function neverGood(routes: readonly string[], counts: readonly Count[]): string[] {
  const good = counts.filter(({ status, requests }) => status.startsWith('2') && requests > 0);
  return routes.filter((route) => !good.some((count) => count.route === route));
}
