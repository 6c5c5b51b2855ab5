import { describe, expect, it } from 'vitest';
import { failedCreations, judge } from './judge.ts';
import type { Resource } from './resources.ts';

const metadata = { name: 'shop', namespace: 'a', uid: 'u1', generation: 2 };
const pod: Resource = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'shop-1',
    namespace: 'a',
    labels: { app: 'shop' },
    ownerReferences: [{ uid: 'u1' }],
  },
};

function resource(kind: string, fields: Partial<Resource>): Resource {
  return { apiVersion: 'v1', kind, metadata, ...fields };
}

const event = (kind: string, message: string, reason = 'FailedCreate', uid = 'u1') =>
  resource('Event', {
    metadata: { name: 'e' },
    ...{ reason, message, involvedObject: { kind, name: 'shop', uid } },
  });

describe('judge', () => {
  it.each<[string, Partial<Resource>, string[]]>([
    ['as many Pods as wanted', { status: { observedGeneration: 2, replicas: 1 } }, []],
    [
      'an older generation',
      { status: { observedGeneration: 1, replicas: 1 } },
      ['Deployment/shop has 1 of 1 Pods'],
    ],
    ['no status', { spec: { replicas: 3 } }, ['Deployment/shop has 0 of 3 Pods']],
  ])('a Deployment with %s', (_, fields, pending) => {
    expect(judge([resource('Deployment', fields)]).pending).toEqual(pending);
  });

  it('wants a Pod of a Job, and none of a suspended one', () => {
    const suspended = {
      spec: { suspend: true },
      status: { conditions: [{ type: 'Suspended', status: 'True' }] },
    };
    const pendingOf = (...all: Resource[]) => judge(all).pending;
    expect(pendingOf(resource('Job', {}))).toEqual(['Job/shop has no Pod']);
    expect(pendingOf(resource('Job', {}), pod)).toEqual([]);
    expect(pendingOf(resource('Job', suspended))).toEqual([]);
    expect(pendingOf(resource('Job', suspended), pod)).toEqual([
      'Job/shop is suspended and has 1 Pods',
    ]);
    expect(pendingOf(resource('Job', { spec: { suspend: true } }))).toEqual([
      'Job/shop is not yet suspended',
    ]);
  });

  it('wants a disruption budget to count the Pods that it selects, in its own namespace', () => {
    const budget = (expectedPods: number) =>
      resource('PodDisruptionBudget', {
        spec: { selector: { matchLabels: { app: 'shop' } } },
        status: { observedGeneration: 2, expectedPods },
      });
    const elsewhere = { ...pod, metadata: { ...pod.metadata, namespace: 'b' } };
    expect(judge([budget(1), pod, elsewhere]).pending).toEqual([]);
    expect(judge([budget(0), pod]).pending).toEqual([
      'PodDisruptionBudget/shop expects 0 Pods and selects 1',
    ]);
  });

  it('wants an autoscaler to have tried', () => {
    const autoscaler = (type: string, message = 'no metrics') =>
      resource('HorizontalPodAutoscaler', {
        status: { conditions: [{ type, status: 'False', message }] },
      });
    const unset =
      'Internal error occurred: the spec replicas field ".spec.replicas" does not exist';
    expect(judge([autoscaler('AbleToScale', unset)]).pending).toEqual([]);
    expect(judge([autoscaler('ScalingActive')]).pending).toEqual([]);
    expect(judge([autoscaler('AbleToScale')]).pending).toEqual([
      'HorizontalPodAutoscaler/shop: no metrics',
    ]);
  });

  it('takes as final only what no other attempt will change', () => {
    const events = [
      resource('ReplicaSet', {}),
      event('ReplicaSet', 'pods "shop-1" is forbidden: violates PodSecurity "restricted:latest"'),
      event('Job', 'error looking up service account a/shop'),
      event('Job', 'Created pod', 'SuccessfulCreate'),
    ];
    expect(judge(events).failures).toEqual([
      'ReplicaSet/shop: pods "shop-1" is forbidden: violates PodSecurity "restricted:latest"',
    ]);
  });

  it('counts', () => {
    const all = [resource('Job', { spec: { suspend: true } }), resource('Job', {}), pod];
    expect(judge(all)).toMatchObject({ deployments: 0, jobs: 2, suspendedJobs: 1, pods: 1 });
  });
});

it('tells one failed creation for each object, the last, and none of what is gone', () => {
  const all = [
    resource('ReplicaSet', {}),
    event('Job', 'first'),
    event('ReplicaSet', 'other'),
    event('Job', 'last'),
    event('Deployment', 'gone', 'FailedCreate', 'u2'),
  ];
  expect(failedCreations(all)).toEqual(['Job/shop: last', 'ReplicaSet/shop: other']);
});
