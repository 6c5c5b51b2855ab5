import { describe, expect, it } from 'vitest';
import { exposedMetrics } from './checks/exposed.ts';
import { alerts, dashboard, queriesOf, recordings } from './checks/files.ts';
import { unknownNames } from './checks/metrics.ts';

const exposed = exposedMetrics();
const recorded = recordings.map(({ record }) => record);
const unknown = (...queries: string[]) => unknownNames(queries, exposed, recorded);

describe('every metric and label that is asked for is there', () => {
  it('by the rules', () => {
    expect(alerts.length).toBeGreaterThan(20);
    expect(unknown(...[...alerts, ...recordings].map(({ expr }) => expr))).toEqual([]);
  });

  it('by the dashboard', () => {
    const queries = queriesOf(dashboard);
    expect(queries.length).toBeGreaterThan(30);
    expect(unknown(...queries)).toEqual([]);
  });

  it.each([
    ['rate(http_requests_total[5m])', 'no metric http_requests_total'],
    ['rate(http_request_duration_seconds[5m])', 'no metric http_request_duration_seconds'],
    [
      'service:http_requests_bad:ratio_rate3d > 1',
      'no metric service:http_requests_bad:ratio_rate3d',
    ],
    ['schema_state{phase="new"} == 1', 'no label phase of schema_state'],
    ['sum by (pod) (replica_ready)', 'no label pod'],
  ])('the check can fail: %s', (query, problem) => {
    expect(unknown(query)).toEqual([`${problem}: ${query}`]);
  });

  it('those of Node and of Prometheus itself among them', () => {
    expect(unknown('nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total', 'up')).toEqual(
      [],
    );
    expect(exposed.get('replica_ready')).toContain('release');
  });
});
