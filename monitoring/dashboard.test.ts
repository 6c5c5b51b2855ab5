import { describe, expect, it } from 'vitest';
import { dashboardProblems } from './checks/dashboard.ts';
import { type Dashboard, dashboard, type Panel } from './checks/files.ts';

const source = { uid: `\${datasource}` };
const panel = (id: number, more: Partial<Panel> = {}): Panel => ({
  ...{ id, type: 'timeseries', title: `panel ${id}`, description: 'What it shows.' },
  ...{ datasource: source, targets: [{ expr: 'up{job="$job"}', datasource: source }] },
  gridPos: { x: 12 * (id % 2), y: 0, w: 12, h: 8 },
  ...more,
});
const sound: Dashboard = {
  ...{ uid: 'sound', schemaVersion: 39, refresh: '10s', annotations: { list: [] } },
  panels: [panel(1), panel(2)],
  templating: {
    list: [
      { name: 'datasource', type: 'datasource' },
      { name: 'job', type: 'query' },
    ],
  },
};
const second = (more: Partial<Panel>): Partial<Dashboard> => ({
  panels: [panel(1), panel(2, more)],
});
const query = (expr: string, datasource: { uid?: string } = source) =>
  second({ targets: [{ expr, datasource }] });

describe('the dashboard', () => {
  it('is sound', () => {
    expect(dashboard.panels.length).toBeGreaterThan(20);
    expect(dashboardProblems(dashboard)).toEqual([]);
    expect(dashboardProblems(sound)).toEqual([]);
  });

  it.each<[string, Partial<Dashboard>]>([
    ['no uid', { uid: '' }],
    ['schemaVersion below 39', { schemaVersion: 38 }],
    ['refresh 5s', { refresh: '5s' }],
    [
      'no variable for the data source',
      {
        panels: [],
        templating: { list: [{ name: 'datasource', type: 'custom' }] },
      },
    ],
    ['panel 2: no description', second({ description: '' })],
    ['panel 2: no query', second({ targets: [] })],
    ['panel 2: its own data source', second({ datasource: { uid: 'P1809F7CD0C75ACF3' } })],
    ['panel 2: its own data source', query('up', {})],
    ['panel 2: beyond the edge', second({ gridPos: { x: 0, y: 8, w: 25, h: 8 } })],
    ['panel 2: on panel 1', second({ gridPos: { x: 0, y: 7, w: 13, h: 1 } })],
    ['panel 1: id 1', second({ id: 1, title: 'panel 1' })],
    ['an address: a:3000', query('up{instance="a:3000"}')],
    ['an address: 10.0.0.5', query('up{instance="10.0.0.5"}')],
    ['an address: https://grafana.example/d', second({ description: 'https://grafana.example/d' })],
    ['no variable pod', query('up{pod="$pod"}')],
  ])('the check can fail: %s', (problem, planted) => {
    expect(dashboardProblems({ ...sound, ...planted })).toEqual([problem]);
  });
});
