import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, run } from './support/docker.ts';

const releases = ['1.0', '2.0', '3.0', '4.0'];
const image = 'scaleretail/api:1.0-test';

/** As docker-compose.yml runs it. */
const hardened = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true'];

describe('the image of the service', () => {
  it.each(releases)('has release %s baked in, and says so in its label', async (release) => {
    const format = '{{json .Config}}';
    const config = JSON.parse(
      await docker('image', 'inspect', '-f', format, `scaleretail/api:${release}-test`),
    );
    expect(config.Env).toContain(`RELEASE=${release}`);
    expect(config.Labels['org.opencontainers.image.version']).toBe(release);
    expect(config.User).toBe('node');
    expect(config.Healthcheck.Test).toContain('http://127.0.0.1:3000/readyz');
  });

  it('is one set of files for all releases', async () => {
    const layers = await Promise.all(
      releases.map((release) =>
        docker(
          'image',
          'inspect',
          '-f',
          '{{json .RootFS.Layers}}',
          `scaleretail/api:${release}-test`,
        ),
      ),
    );
    expect(new Set(layers).size).toBe(1);
  });

  it('has nothing in it that only development needs', async () => {
    const found = await docker(
      ...['run', '--rm', image, 'sh', '-c'],
      'find . -path "./node_modules/*/*" -prune -o -name "*.test.ts" -print -o -path "./node_modules/vitest" -print -o -name rollout-lab -print -o -path ./test -print',
    );
    expect(found).toBe('');
  });

  it('compiles nothing again at its start: the build has kept what it compiled', async () => {
    const tell = 'console.log(require("module").enableCompileCache().directory)';
    const folder = await docker('run', '--rm', ...hardened, image, 'node', '-e', tell);
    expect(
      Number(await docker('run', '--rm', image, 'sh', '-c', `ls ${folder} | wc -l`)),
    ).toBeGreaterThan(500);
  });

  it.each([
    ['nothing is set', [], 'DATABASE_URL is not set: the PostgreSQL database'],
    ['a variable is wrong', ['-e', 'PORT=http'], 'PORT is "http": must be a whole number'],
    [
      'a secret is not there',
      ['-e', 'DATABASE_URL_FILE=/run/secrets/db'],
      'DATABASE_URL_FILE is "/run/secrets/db": cannot be read (ENOENT)',
    ],
  ])('ends at once and says what is wrong when %s', async (_, settings, sentence) => {
    const { code, stderr } = await run('docker', ['run', '--rm', ...settings, image]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });
});

describe('a container of it', () => {
  const name = `scaleretail-image-${randomUUID().slice(0, 8)}`;
  beforeAll(async () => {
    await docker('run', '-d', '--name', name, ...hardened, image, 'sleep', '300');
  });
  afterAll(() => docker('rm', '-f', name));

  it('runs as nobody in particular, with no capability left and none to be had', async () => {
    expect(await docker('exec', name, 'id', '-u')).toBe('1000');
    const status = await docker('exec', name, 'cat', '/proc/1/status');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
    }
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  it('cannot write to anything of the image', async () => {
    for (const file of ['/app/src/server.ts', '/app/x', '/etc/x']) {
      expect((await run('docker', ['exec', name, 'touch', file])).code).toBe(1);
      // Not even whoever else would have the right to.
      const { stderr } = await run('docker', ['exec', '-u', '0', name, 'touch', file]);
      expect(stderr).toMatch(/Read-only file system|Permission denied/);
    }
  });
});
