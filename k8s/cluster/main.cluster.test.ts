import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { run } from '../run.ts';

const script = fileURLToPath(new URL('./main.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

function cli(...args: string[]) {
  return run(process.execPath, [script, ...args], { folder: root, env: process.env });
}

it('says where the programs are', async () => {
  const { code, stdout } = await cli('build');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/scaleretail\/kubernetes-1\.\d+\.\d+\n$/),
  ]);
});

it('ends with 1 when one folder of several fails, and says why', async () => {
  const fixtures = ['not-restricted', 'good'].map((name) => `k8s/cluster/fixtures/${name}`);
  const { code, stdout, stderr } = await cli('apply', ...fixtures);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^FAILED {2}k8s\/cluster\/fixtures\/not-restricted: 7 objects/m);
  expect(stdout).toContain('violates PodSecurity "restricted');
  expect(stdout).toMatch(/^ok {6}k8s\/cluster\/fixtures\/good: 7 objects, 1 Deployment/m);
  expect(code).toBe(1);
});

it('ends with 0 when all is well', async () => {
  const { code, stdout } = await cli('apply', 'k8s/cluster/fixtures/good');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok .*3 Pods, 1 disruption budget/)]);
});

it('refuses what it does not know', async () => {
  expect((await cli('aply')).code).toBe(2);
  expect((await cli('apply', 'x', '--wait', '0')).code).toBe(2);
});
