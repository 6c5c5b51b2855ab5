import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesVersion } from '../build/programs.ts';
import { type Cluster, startCluster } from '../cluster.ts';
import { findCrds } from '../crds.ts';
import { succeed } from '../succeed.ts';
import { checkFolder } from './check-folder.ts';

let cluster: Cluster;
let nth = 0;

beforeAll(async () => {
  cluster = await startCluster({ crds: await findCrds() });
});

afterAll(() => cluster?.close());

function check(fixture: string) {
  nth += 1;
  const folder = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  return checkFolder(cluster, folder, { namespace: `test-${nth}`, waitMs: 60_000 });
}

const made = {
  ...{ deployments: 1, jobs: 2, suspendedJobs: 1, pods: 3, budgets: 1, autoscalers: 1 },
  pending: [],
};

describe('applying a folder', () => {
  it('has the controllers make what they can of it', async () => {
    const { failures, verdict } = await check('good');
    expect(failures).toEqual([]);
    expect(verdict).toMatchObject(made);
  });

  it('works again and again where the manifests name their namespace', async () => {
    for (const _ of [1, 2]) {
      const { failures, verdict } = await check('own-namespace');
      expect(failures).toEqual([]);
      expect(verdict).toMatchObject(made);
    }
  });

  it('has the server refuse a field that does not exist', async () => {
    const { failures, verdict } = await check('unknown-field');
    expect(failures.join()).toContain('.resource: field not declared in schema');
    expect(verdict).toBeUndefined();
  });

  it('tells that a Pod is not created that violates the restricted standard', async () => {
    const { failures, verdict } = await check('not-restricted');
    expect(failures).toEqual([
      expect.stringMatching(/^ReplicaSet\/shop-.*violates PodSecurity "restricted.*runAsNonRoot/),
    ]);
    expect(verdict?.deployments).toBe(1);
  });

  it('tells that of a Job, too, that is suspended and makes none yet', async () => {
    const { failures } = await check('suspended-not-restricted');
    expect(failures.join()).toMatch(/pods "contract-.*violates PodSecurity.*hostNetwork/);
  });

  it('has the server refuse what breaks a rule of a CRD', async () => {
    const { failures } = await check('breaks-rule');
    expect(failures.join()).toContain('filter.requestRedirect must be specified');
  });

  it('has the API server and the autoscaler know the kinds of the CRDs', async () => {
    const { failures, verdict } = await check('other-kinds');
    expect(failures).toEqual([]);
    expect(verdict).toMatchObject({ deployments: 0, pods: 0, budgets: 1, autoscalers: 1 });
  });

  it('says so when there is no such folder', async () => {
    const { failures } = await check('none');
    expect(failures.join()).toMatch(/must be a directory|no such file|not found/);
  });
});

describe('the control plane', () => {
  it('is of the version that is pinned, and so is kubectl', async () => {
    const said = JSON.parse(await succeed(cluster, ['version', '--output=json']));
    const expected = { gitVersion: `v${kubernetesVersion()}` };
    expect(said).toMatchObject({ clientVersion: expected, serverVersion: expected });
  });

  it('grants a service account nothing that no role does', async () => {
    const asked = ['auth', 'can-i', 'create', 'pods', '--as=system:serviceaccount:default:default'];
    expect(await cluster.kubectl(asked)).toMatchObject({ code: 1, stdout: 'no\n' });
  });
});
