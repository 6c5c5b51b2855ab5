import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createChecker } from './check/check.ts';
import { overlays } from './check/overlays.ts';
import { named } from './policy/objects.ts';
import { rules } from './policy/rules.ts';
import { renderedObjects } from './test/rendered.ts';

const check = createChecker(rules);
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

/** Which rule finds what is planted in which fixture. */
const planted: Readonly<Record<string, string>> = {
  broken: 'render',
  'missing-crd-field': 'schema',
  'unknown-field': 'schema',
  'unknown-kind': 'schema',
  'latest-image': 'image-tag',
  'untagged-image': 'image-tag',
  'release-differs': 'release',
  'no-limits': 'resources',
  'missing-volume': 'volumes',
  'selects-not-itself': 'workload-selector',
  loopback: 'listening',
  'other-port': 'listening',
  'no-probe': 'probes',
  'probe-port-mismatch': 'probe-ports',
  'unknown-probe-path': 'probe-paths',
  'wrong-selector': 'service-selector',
  'port-mismatch': 'service-ports',
  'monitor-of-nobody': 'service-monitor',
  'route-port': 'route-ports',
  'no-rollout-phase': 'rollout-phase',
  'missing-template': 'references',
  'pdb-blocks-drain': 'disruption-budget',
  'pdb-needs-all': 'disruption-budget',
  'pdb-of-canary': 'disruption-budget',
  'pdb-of-nobody': 'disruption-budget',
  'runs-as-root': 'pod-security',
  'writable-root': 'pod-security',
  'default-service-account': 'service-account',
  'mounted-token': 'service-account',
  'no-labels': 'labels',
  'weight-over-100': 'weights',
  'weight-sum': 'weights',
  'rollout-weight': 'weights',
  'canary-weight': 'weights',
  'contract-not-suspended': 'contract-suspended',
  'unknown-environment': 'environment',
  'unreadable-environment': 'environment',
  'drain-cut-off': 'shutdown',
  'no-pre-stop': 'shutdown',
  'inline-secret': 'inline-secrets',
  'inline-secret-object': 'inline-secrets',
  'fewer-while-rolling': 'strategy',
  'refusal-repeated': 'jobs',
  'endless-job': 'jobs',
  'policy-of-no-port': 'network-policy',
  'policy-of-nobody': 'network-policy',
  'no-default-deny': 'default-deny',
  'threshold-differs': 'thresholds',
  'flagger-threshold-differs': 'thresholds',
  'no-data-passes': 'no-data',
  'unknown-metric': 'queries',
  'wrong-gate': 'gate-address',
};

describe('every overlay', () => {
  it.each(overlays())('$name is clean', async ({ name, folder }) => {
    const { objects, findings } = await check(name, folder);
    expect(objects.length).toBeGreaterThan(2);
    expect(findings).toEqual([]);
  });
});

it('the dashboard for Grafana is monitoring/dashboard.json', async () => {
  const objects = await renderedObjects('flagger');
  const { data } = named(objects, 'ConfigMap', 'scaleretail-dashboard') ?? {};
  const file = new URL('../monitoring/dashboard.json', import.meta.url);
  expect(data).toEqual({ 'dashboard.json': readFileSync(file, 'utf8') });
});

describe('a planted mistake', () => {
  it('is in the table, and every rule finds one', () => {
    expect(readdirSync(fixtures).sort()).toEqual(Object.keys(planted).sort());
    const found = new Set(Object.values(planted));
    expect(rules.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });

  it.each(Object.entries(planted))('%s is found by %s alone', async (name, rule) => {
    const { findings } = await check(name, `${fixtures}/${name}`);
    expect(new Set(findings.map((finding) => finding.rule))).toEqual(new Set([rule]));
    for (const { object, path, problem, remedy } of findings) {
      expect([object, path, problem, remedy]).not.toContain('');
    }
  });
});
