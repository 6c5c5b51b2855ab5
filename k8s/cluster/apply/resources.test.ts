import { expect, it } from 'vitest';
import { dormantPods, namespacesOf, parseManifests } from './resources.ts';

it('reads documents, and passes over empty ones', () => {
  const text = 'kind: A\nmetadata: {name: a}\n---\n---\nkind: B\nmetadata: {name: b}\n';
  expect(parseManifests(text).map(({ kind }) => kind)).toEqual(['A', 'B']);
});

it('finds the namespaces that are named or brought along, each once', () => {
  const resources = parseManifests(
    [
      'kind: Namespace\nmetadata: {name: x}',
      'kind: Service\nmetadata: {name: s, namespace: x}',
      'kind: Service\nmetadata: {name: s, namespace: y}',
      'kind: Service\nmetadata: {name: s}',
    ].join('\n---\n'),
  );
  expect(namespacesOf(resources)).toEqual(['x', 'y']);
});

it('makes the Pods of what makes none by itself', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{}] } };
  const resource = (kind: string, spec: object) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: kind.toLowerCase() },
    spec,
  });
  const pods = dormantPods([
    resource('Deployment', { template }),
    resource('Deployment', { replicas: 0, template }),
    resource('Job', { template }),
    resource('Job', { suspend: true, template }),
    resource('CronJob', { jobTemplate: { spec: { template } } }),
    resource('Rollout', { template }),
    resource('ExternalSecret', { template: { metadata: {} } }),
    resource('Service', {}),
  ]);
  const names = ['deployment-', 'job-', 'cronjob-', 'rollout-'];
  expect(pods).toMatchObject(
    names.map((generateName) => ({ metadata: { generateName, labels: { a: 'b' } } })),
  );
});
