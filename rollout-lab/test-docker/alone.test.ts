import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIdentity } from '../src/world/identity.ts';
import { docker, run } from './support/docker.ts';
import { Stack } from './support/stack.ts';

let stack: Stack;
let name: string;
let keys: string;
beforeAll(async () => {
  stack = await Stack.create('alone');
  name = `${stack.project}-replica`;
  keys = await mkdtemp(join(tmpdir(), 'keys-'));
  await chmod(keys, 0o755);
  await createIdentity(join(keys, 'jwks.json'), 1);
  await stack.up('postgres', 'unleash', 'gateway');
  await stack.compose('run', '--rm', 'migrate');
});
afterAll(async () => {
  await docker('rm', '-f', name);
  await stack.down();
  await rm(keys, { recursive: true });
});

const environment = {
  DATABASE_URL_FILE: '/secrets/service/database-url',
  UNLEASH_URL: 'http://unleash:4242/api',
  UNLEASH_TOKEN_FILE: '/secrets/service/unleash-token',
  GATEWAY_URL: 'http://gateway:4000',
  JWT_JWKS_FILE: '/keys/jwks.json',
  SHUTDOWN_DELAY_MS: '100',
};

/** As it would be deployed: the image's own command is the container's first process. */
it('the image by itself gets healthy, drains at SIGTERM, and ends with 0', async () => {
  const settings = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  await docker(
    ...['run', '-d', '--name', name, '--network', `${stack.project}_default`, ...settings],
    ...['--read-only', '--cap-drop', 'ALL', '--health-interval', '1s'],
    ...['-v', `${stack.project}_service-secrets:/secrets/service:ro`, '-v', `${keys}:/keys:ro`],
    'scaleretail/api:1.0-test',
  );
  const health = () => docker('inspect', '-f', '{{.State.Health.Status}}', name);
  while ((await health()) === 'starting') await sleep(200);
  expect([await health(), (await run('docker', ['logs', name])).stderr]).toEqual(['healthy', '']);
  expect(await docker('exec', name, 'cat', '/proc/1/cmdline')).toBe('node\0src/server.ts\0');
  await docker('stop', '--time', '20', name);
  expect(await docker('inspect', '-f', '{{.State.ExitCode}}', name)).toBe('0');
  expect(await docker('logs', name)).toMatch(/"msg":"draining".*"msg":"stopped"/s);
});
