import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import { expect, it, onTestFinished } from 'vitest';
import { databaseFor } from '../../test/support/database.ts';
import { until } from '../../test/support/wait.ts';
import { named } from '../policy/objects.ts';
import { variablesOf } from '../policy/variables.ts';
import { probesOf, programIn, renderedObjects } from './rendered.ts';

const script = fileURLToPath(new URL('../../src/cli/schema.ts', import.meta.url));
const token = 'a-token-that-is-long-enough';

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

it('the gate as the manifests start it answers its probes, and the analysis by its token', async () => {
  const objects = await renderedObjects('argo-rollouts-contract');
  const placed = programIn(objects, 'gate');
  const { url: databaseUrl } = await databaseFor('expanded');
  const secrets = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(secrets, { recursive: true }));
  const values = { SCHEMA_DATABASE_URL_FILE: databaseUrl, GATE_TOKEN_FILE: token };
  for (const [name, value] of Object.entries(values)) writeFileSync(join(secrets, name), value);
  const env = [...variablesOf(placed, objects).keys()].map((name) => [name, join(secrets, name)]);

  const port = String(await findFreePort());
  const args = (placed.container.args ?? []).map((word) => (word === '9090' ? port : word));
  const gate = spawnNode(script, { args, env: Object.fromEntries(env) });
  gate.stdout?.resume();
  gate.stderr?.resume();
  onTestFinished(async () => {
    gate.kill('SIGKILL');
    await once(gate, 'close');
  });
  const origin = `http://127.0.0.1:${port}`;
  await until(() => answers(`${origin}/livez`), 'the gate listens');

  for (const { path, port: probed } of probesOf(placed)) {
    expect(probed).toBe(9090);
    expect((await fetch(`${origin}${path}`)).status).toBe(200);
  }
  const analysis = named(objects, 'AnalysisTemplate', 'contract-gate')?.spec.metrics?.[0];
  const { pathname } = new URL(analysis?.provider.web?.url ?? '');
  const report = await fetch(`${origin}${pathname}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await report.json()).toMatchObject({ gate: 'contract', passed: false });
  expect((await fetch(`${origin}${pathname}`)).status).toBe(401);
});
