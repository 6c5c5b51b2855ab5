import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from './run-checkout.ts';

const STAMP = 'node_modules/.scaleretail-install';
const LOCK = '.install-lock';
const LIMIT = { timeout: 60_000, interval: 20 };

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout();
  checkout.write('hello.ts', `console.log('hello' as string)`);
});

afterEach(() => checkout.remove());

/** A dependency in both manifests that no registry has, looked for where nobody listens. */
function addUnreachableDependency(): void {
  for (const file of ['package.json', 'package-lock.json']) {
    const manifest = JSON.parse(readFileSync(checkout.path(file), 'utf8'));
    const dependencies = { 'no-such-package-of-scaleretail': '1.0.0' };
    if (manifest.packages === undefined) manifest.dependencies = dependencies;
    else {
      manifest.packages[''].dependencies = dependencies;
      manifest.packages['node_modules/no-such-package-of-scaleretail'] = { version: '1.0.0' };
    }
    checkout.write(file, JSON.stringify(manifest));
  }
  checkout.write('.npmrc', 'registry=http://127.0.0.1:9/\nfetch-retries=0\n');
}

describe('the install before a script', { timeout: 180_000 }, () => {
  it('happens once, says why, and leaves stdout to the script', async () => {
    const first = await checkout.run(['hello.ts']);
    expect(first).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(first.stderr).toMatch(
      /^Installing dependencies \(npm ci\): node_modules is missing\nInstalled in [\d.]+ s\n$/,
    );
    expect(await checkout.run(['hello.ts'])).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
    expect(existsSync(checkout.path(LOCK))).toBe(false);
  });

  it.each(['package-lock.json', 'lib/package.json'])(
    'happens again when %s changes',
    async (file) => {
      await checkout.run(['hello.ts']);
      checkout.write(file, `${readFileSync(checkout.path(file), 'utf8')}\n`);
      expect((await checkout.run(['hello.ts'])).stderr).toContain('the dependencies have changed');
      expect((await checkout.run(['hello.ts'])).stderr).toBe('');
    },
  );

  it('is not repeated after an npm that was run by hand, unless that left something out', async () => {
    await checkout.run(['hello.ts']);
    rmSync(checkout.path(STAMP));
    expect((await checkout.run(['hello.ts'])).stderr).toBe('');
    rmSync(checkout.path(STAMP));
    addUnreachableDependency();
    expect((await checkout.run(['hello.ts'])).stderr).toContain('node_modules is not complete');
  });

  it('that fails ends with 1, the words of npm and advice, and is tried again the next time', async () => {
    addUnreachableDependency();
    const failed = await checkout.run(['hello.ts']);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toMatch(/ECONNREFUSED.*npm ci ended with 1.*cannot be reached/s);
    expect(existsSync(checkout.path(STAMP))).toBe(false);
    checkout.writeManifests(['lib']);
    expect((await checkout.run(['hello.ts'])).stdout).toBe('hello\n');
  });

  it('works without a workspace that was deleted', async () => {
    rmSync(checkout.path('lib'), { recursive: true });
    expect(await checkout.run(['hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect((await checkout.run(['hello.ts'])).stderr).toBe('');
  });

  it('falls back to npm install where the lock file does not fit, and does not touch it', async () => {
    checkout.write('more/package.json', JSON.stringify({ name: '@tiny/more', version: '1.0.0' }));
    checkout.writeManifests(['lib', 'more'], ['lib']);
    const before = readFileSync(checkout.path('package-lock.json'), 'utf8');
    const { code, stderr } = await checkout.run(['hello.ts']);
    expect(stderr).toContain(
      '(npm install --no-save): package-lock.json does not cover package.json',
    );
    expect(code).toBe(0);
    expect(readFileSync(checkout.path('package-lock.json'), 'utf8')).toBe(before);
  });

  it('happens once for two that start together', async () => {
    const ends = await Promise.all([checkout.run(['hello.ts']), checkout.run(['hello.ts'])]);
    expect(ends.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, 'hello\n'],
      [0, 'hello\n'],
    ]);
    expect(ends.flatMap(({ stderr }) => stderr.match(/Installing/g) ?? [])).toHaveLength(1);
  });

  it('waits for one that is under way, and says for whom', async () => {
    checkout.write(LOCK, String(process.pid));
    const { out, ended } = checkout.start(['hello.ts']);
    await expect.poll(() => out.stderr, LIMIT).toContain(`of process ${process.pid}`);
    expect(existsSync(checkout.path('node_modules'))).toBe(false);
    rmSync(checkout.path(LOCK));
    expect(await ended).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  it('does not wait for a process that has ended', async () => {
    const { wrapper, ended } = checkout.start([]);
    await ended;
    checkout.write(LOCK, `${wrapper.pid} ${wrapper.pid}`);
    expect(await checkout.run(['hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  it('leaves nothing that vouches for it when it is interrupted', async () => {
    await checkout.run(['hello.ts']);
    const installed = readFileSync(checkout.path('package-lock.json'), 'utf8');
    checkout.write('package-lock.json', `${installed}\n`);
    checkout.write(
      'fake/npm-cli.js',
      `import { writeFileSync } from 'node:fs';
       writeFileSync('half-way', '');
       setInterval(() => undefined, 1000);`,
    );
    const env = { npm_execpath: checkout.path('fake/npm-cli.js') };
    const { wrapper, ended } = checkout.start(['hello.ts'], { env });
    await expect.poll(() => existsSync(checkout.path('half-way')), LIMIT).toBe(true);
    wrapper.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
    expect([STAMP, LOCK].map((file) => existsSync(checkout.path(file)))).toEqual([false, false]);
    // Not even when package-lock.json is again what it was before.
    checkout.write('package-lock.json', installed);
    const next = await checkout.run(['hello.ts']);
    expect(next.stderr).toContain('node_modules is not complete');
    expect(next.stdout).toBe('hello\n');
  });
});
