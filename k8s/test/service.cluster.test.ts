import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReleaseName } from '../../src/releases.ts';
import { databaseFor } from '../../test/support/database.ts';
import { readyReplica } from '../../test/support/replica.ts';
import { createWorld, environmentFor, type World } from '../../test/support/service.ts';
import { overlays } from '../check/overlays.ts';
import type { KubeObject } from '../policy/objects.ts';
import type { Placed } from '../policy/pods.ts';
import { variablesOf } from '../policy/variables.ts';
import { metricsAskedFor } from './asked-for.ts';
import { probesOf, programIn, renderedObjects } from './rendered.ts';

let world: World;
let secrets: string;
beforeAll(async () => {
  world = await createWorld();
  secrets = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterAll(async () => {
  await world.close();
  rmSync(secrets, { recursive: true });
});

/** As the manifests say it, but for addresses, the port, and where the secrets' files lie. */
async function environmentOf(placed: Placed, objects: readonly KubeObject[]) {
  const variables = [...variablesOf(placed, objects).values()];
  const release = variables.find(({ name }) => name === 'RELEASE')?.value ?? '';
  if (!isReleaseName(release)) throw new Error(`no release ${release}`);
  const database = await databaseFor(release === '1.0' ? 'baseline' : 'expanded');
  const here = environmentFor(world, database.url, release);
  const replaced = variables.map(({ name, value = '' }) => {
    if (name === 'PORT') return [name, value] as const;
    if (!value.startsWith('/secrets/')) return [name, here[name] ?? value] as const;
    if (name in here) return [name, here[name] ?? ''] as const;
    const file = join(secrets, name);
    // A file that is empty counts as not set: there is no Redis here.
    writeFileSync(file, here[name.replace(/_FILE$/, '')] ?? '');
    return [name, file] as const;
  });
  return Object.fromEntries(replaced);
}

describe.each(['rolling', 'argo-rollouts'])('the service as %s starts it', (overlay) => {
  it('becomes ready, answers every probe, and has every metric that is asked for', async () => {
    const objects = await renderedObjects(overlay);
    const placed = programIn(objects, 'service');
    const env = await environmentOf(placed, objects);
    const probes = probesOf(placed);
    expect(probes).toHaveLength(3);
    expect(probes.every(({ port }) => String(port) === env.PORT)).toBe(true);

    const port = await findFreePort();
    const { listening } = await readyReplica({ ...env, PORT: String(port) });
    expect(new URL(await listening).port).toBe(String(port));
    for (const { path } of probes) {
      const { status } = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(`${path} ${status}`).toBe(`${path} 200`);
    }
    const exposed = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const asked = metricsAskedFor(await everything());
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((metric) => !has(exposed, metric))).toEqual([]);
  });
});

const everything = async () =>
  (await Promise.all(overlays().map(({ name }) => renderedObjects(name)))).flat();

/** Whether /metrics tells of a metric: of a histogram under three names. */
function has(exposed: string, metric: string): boolean {
  const base = metric.replace(/_(bucket|sum|count)$/, '');
  return [metric, base].some((name) => exposed.includes(`# TYPE ${name} `));
}
