import { describe, expect, it } from 'vitest';
import { groupingsIn, selectorsIn } from './checks/promql.ts';

const metrics = (query: string) => selectorsIn(query).map(({ metric }) => metric);

describe('the metrics of a query', () => {
  it.each([
    ['up == 0', ['up']],
    ['sum(rate(a_total[5m])) / sum(rate(b_total[$__rate_interval]))', ['a_total', 'b_total']],
    ['1 - service:bad:ratio_rate5m > 14.4 * 0.001', ['service:bad:ratio_rate5m']],
    ['a and on (change) max by (change) (b) unless c offset 1m', ['a', 'b', 'c']],
    ['histogram_quantile(0.99, sum by (le) (rate(a_bucket{b="c{d} e"}[5m]))) > 1e3', ['a_bucket']],
    ['a * on (x) group_left (y) b or vector(0)', ['a', 'b']],
    ['absent(replica_ready == 1)', ['replica_ready']],
    ['time() - a > bool 300', ['a']],
  ])('%s', (query, expected) => {
    expect(metrics(query)).toEqual(expected);
  });

  it('have the labels by which they are chosen', () => {
    expect(selectorsIn('a{b="x",c!~"y=z",d=~"$e"} / f')).toEqual([
      { metric: 'a', labels: ['b', 'c', 'd'] },
      { metric: 'f', labels: [] },
    ]);
  });

  it('are grouped and joined by labels', () => {
    const query = 'sum by (a, b) (x{y="by (z)"}) and on () c * on (d) group_left (e) f';
    expect(groupingsIn(query)).toEqual(['a', 'b', 'd', 'e']);
  });
});
