import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { findFreePort } from '@scaleretail/embedded/free-port';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { readConfig } from '../src/config.ts';
import { createService, type Service } from '../src/service/service.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { startReplica } from './support/replica.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';

let world: World;
let database: TestDatabase;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  database = await cloneDatabase('expanded');
});
afterEach(() => database.drop());

/** A replica that listens to the flag server at `url`, ready or not. */
async function replicaAt(url: string, more: Record<string, string> = {}): Promise<Service> {
  const env = { ...environmentFor(world, database.url, '2.0'), UNLEASH_URL: url, ...more };
  const service = await createService(readConfig(env), () => {});
  onTestFinished(() => service.close());
  await service.start();
  return service;
}

const definitions = (dualWrite: boolean) => [
  { name: 'orders.dual-write', enabled: dualWrite, rollout: 100 },
  { name: 'orders.read-new', enabled: dualWrite, rollout: 100 },
];

/** The phase that the replicas last told the database. */
async function toldPhase(): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ phase: string }>(
    `SELECT phase FROM service_instances JOIN service_instance_changes USING (instance_id)
     ORDER BY started_at DESC LIMIT 1`,
  );
  return rows[0]?.phase;
}

describe('a flag server that is down at the start', () => {
  it('keeps a replica from being ready until it appears', async () => {
    const port = await findFreePort();
    const service = await replicaAt(`http://127.0.0.1:${port}/api`);
    const reason = () => service.health.notReady() ?? '';
    await until(() => reason().includes('cannot be reached (ECONNREFUSED)'), 'it says why');
    const probe = await service.app.inject('/readyz');
    expect(probe.statusCode).toBe(503);
    expect(probe.json().reason).toMatch(/^no state of the flags is known yet: the flag server/);
    const flags = await startFlagServer({ port, flags: definitions(true) });
    onTestFinished(() => flags.close());
    await until(() => service.health.notReady() === null, 'it is ready');
    await until(
      async () => (await toldPhase()) === 'dual-read-old',
      'its phase is that of the flags',
    );
  });

  it('does not matter to a replica with a bootstrap file', async () => {
    const port = await findFreePort();
    const flags = await startFlagServer({ flags: definitions(true) });
    const document = await (await fetch(`${flags.url}/client/features`)).text();
    await flags.close();
    const folder = mkdtempSync(join(tmpdir(), 'scaleretail-flags-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'flags.json');
    writeFileSync(file, document);
    const service = await replicaAt(`http://127.0.0.1:${port}/api`, { FLAGS_BOOTSTRAP_FILE: file });
    await until(() => service.health.notReady() === null, 'it is ready');
    await until(
      async () => (await toldPhase()) === 'dual-read-old',
      'its phase is that of the file',
    );
    await expect(fetch(`http://127.0.0.1:${port}/api`)).rejects.toThrow('fetch failed');
  });

  it('leaves a bootstrap file that cannot be read without effect', async () => {
    const port = await findFreePort();
    const more = { FLAGS_BOOTSTRAP_FILE: join(tmpdir(), 'scaleretail-no-such-file.json') };
    const service = await replicaAt(`http://127.0.0.1:${port}/api`, more);
    expect(service.health.notReady()).toContain('no state of the flags is known yet');
  });

  it('does not crash a replica that is told to end meanwhile', async () => {
    const port = await findFreePort();
    const replica = startReplica({
      ...environmentFor(world, database.url, '2.0'),
      UNLEASH_URL: `http://127.0.0.1:${port}/api`,
      SHUTDOWN_DELAY_MS: '0',
    });
    const url = await replica.listening;
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    replica.child.kill('SIGTERM');
    const { code, stdout, stderr } = await replica.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('"msg":"stopped"');
  });

  it('neither crashes nor holds up a process that closes the client meanwhile', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const script = fileURLToPath(new URL('./support/closing-flags.ts', import.meta.url));
    const ended = await promisify(execFile)(process.execPath, [
      script,
      `http://127.0.0.1:${port}/api`,
    ]);
    expect(ended).toEqual({ stdout: 'ended by itself\n', stderr: '' });
  });
});
