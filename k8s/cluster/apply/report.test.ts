import { expect, it } from 'vitest';
import { reportLines } from './report.ts';

it('says what there is in one line', () => {
  const verdict = {
    ...{ deployments: 1, jobs: 2, suspendedJobs: 1, pods: 3, budgets: 1, autoscalers: 0 },
    ...{ pending: [], failures: [] },
  };
  expect(reportLines({ folder: 'a', objects: 7, verdict, failures: [] })).toEqual([
    'ok      a: 7 objects, 1 Deployment, 2 Jobs (1 suspended), 3 Pods, 1 disruption budget, 0 autoscalers',
  ]);
});

it('says each failure below', () => {
  expect(reportLines({ folder: 'a', objects: 1, failures: ['refused'] })).toEqual([
    'FAILED  a: 1 object',
    '        refused',
  ]);
});
