import { describe, expect, it } from 'vitest';
import { labelledPodsOf } from './pods.ts';
import { rules } from './rules.ts';
import { type Draft, listed, soundObjects } from './sound.ts';

type Objects = Record<string, Draft>;

const podOf = ({ Deployment }: Objects) => Deployment?.spec?.template?.spec as Draft;
const containerOf = (objects: Objects) => podOf(objects).containers?.[0] as Draft;
const specOf = (objects: Objects, kind: string) => objects[kind]?.spec as Draft;
/** Sets what stands at a place, whatever it was. */
const set = (draft: Draft | undefined, key: string, value: unknown) =>
  Object.assign(draft ?? {}, { [key]: value });

/** The sixth is one more. */
const setVariable = (objects: Objects, index: number, name: string, value: string) =>
  set(containerOf(objects).env, String(index), { name, value });

function found(plant: (objects: Objects) => void): string[] {
  const objects = soundObjects();
  plant(objects);
  return rules.flatMap(({ name, check }) =>
    check(listed(objects)).map(({ path }) => `${name} ${path}`),
  );
}

const container = 'spec.template.spec.containers[0]';

describe('the rules', () => {
  it('have nothing against what is sound', () => {
    expect(found(() => {})).toEqual([]);
  });

  it.each<[string, (objects: Objects) => void, string]>([
    [
      'a port in the place of a tag',
      (o) => set(containerOf(o), 'image', 'images:5000/scaleretail/api'),
      `image-tag ${container}.image`,
    ],
    [
      'a tag that only begins like the release',
      (o) => set(containerOf(o), 'image', 'scaleretail/api:2.01'),
      `release ${container}.env[RELEASE]`,
    ],
    [
      'a request that is missing',
      (o) => set(containerOf(o).resources, 'requests', { cpu: '1' }),
      `resources ${container}.resources.requests.memory`,
    ],
    [
      'a secret that can be read',
      (o) => setVariable(o, 6, 'UNLEASH_TOKEN', 'abc'),
      `inline-secrets ${container}.env[UNLEASH_TOKEN]`,
    ],
    [
      'a token in an annotation',
      (o) => set(o.Service?.metadata, 'annotations', { note: 'Bearer 0123456789abcdef' }),
      'inline-secrets .',
    ],
    [
      'a file that is not mounted',
      (o) => setVariable(o, 6, 'REDIS_URL_FILE', '/run/redis'),
      `environment ${container}.env[REDIS_URL_FILE]`,
    ],
    [
      'a file for what is no secret',
      (o) => setVariable(o, 6, 'GATEWAY_TIMEOUT_MS_FILE', '/secrets/t'),
      `environment ${container}.env[GATEWAY_TIMEOUT_MS_FILE]`,
    ],
    [
      'a required variable that is missing',
      (o) => setVariable(o, 4, 'LOG_LEVEL', 'info'),
      `environment ${container}.env[GATEWAY_URL]`,
    ],
    [
      'a budget in percent',
      (o) => set(o.PodDisruptionBudget, 'spec', { minAvailable: '100%', selector: {} }),
      'disruption-budget spec.minAvailable',
    ],
    [
      'a drain as long as the grace period',
      (o) => set(podOf(o), 'terminationGracePeriodSeconds', 35),
      `shutdown ${container}.lifecycle`,
    ],
    [
      'a capability that is added',
      (o) => set(containerOf(o).securityContext?.capabilities, 'add', ['NET_ADMIN']),
      `pod-security ${container}.securityContext.capabilities`,
    ],
    [
      "the node's network",
      (o) => set(podOf(o), 'hostNetwork', true),
      'pod-security spec.template.spec.hostNetwork',
    ],
    [
      "the node's files",
      (o) => set(podOf(o).volumes, '1', { name: 'node', hostPath: { path: '/' } }),
      'pod-security spec.template.spec.volumes[node].hostPath',
    ],
    [
      'an account that is not there',
      (o) => set(podOf(o), 'serviceAccountName', 'admin'),
      'service-account spec.template.spec.serviceAccountName',
    ],
    [
      'a policy that denies one direction',
      (o) => set(specOf(o, 'NetworkPolicy'), 'policyTypes', ['Ingress']),
      'default-deny .',
    ],
    [
      'a weight that is not written, and counts as 1',
      (o) => set(specOf(o, 'HTTPRoute').rules?.[0]?.backendRefs?.[0], 'weight', 100),
      'weights spec.rules[0].backendRefs',
    ],
    [
      'a contract that is no Job',
      (o) => {
        const command = ['node', 'src/cli/schema.ts', 'contract'];
        set(podOf(o), 'initContainers', [
          {
            ...containerOf(o),
            command,
            env: [{ name: 'SCHEMA_DATABASE_URL_FILE', value: '/secrets/url' }],
          },
        ]);
      },
      'contract-suspended spec.suspend',
    ],
  ])('find %s', (_what, plant, expected) => {
    expect(found(plant)).toEqual([expected]);
  });

  it('have names of their own', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });
});

describe('the labels of pods', () => {
  const labelsBeside = (added: object) =>
    labelledPodsOf(listed({ ...soundObjects(), added: added as Draft })).map((pod) => pod.labels);

  it('are those of both sides of a Rollout', () => {
    const canary = { stableMetadata: { labels: { side: 'old' } }, canaryMetadata: { labels: {} } };
    const spec = { workloadRef: { name: 'shop' }, strategy: { canary } };
    const sides = labelsBeside({ kind: 'Rollout', metadata: { name: 'shop' }, spec });
    expect(sides.map(({ side }) => side)).toEqual([undefined, 'old', undefined]);
  });

  it('are those of the primary that Flagger makes', () => {
    const spec = { targetRef: { name: 'shop' }, analysis: {} };
    const names = labelsBeside({ kind: 'Canary', metadata: { name: 'shop' }, spec });
    expect(names.map((its) => its['app.kubernetes.io/name'])).toEqual(['shop', 'shop-primary']);
  });
});
