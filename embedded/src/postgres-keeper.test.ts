import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { commandLine, isRunning } from './process-identity.ts';

/** A parent that starts PostgreSQL, prints its folder and the pid of the server, and goes on. */
const PARENT = `
  const { readFileSync } = await import('node:fs');
  const { startPostgres } = await import(${JSON.stringify(new URL('./postgres.ts', import.meta.url))});
  const postgres = await startPostgres({ durable: false });
  const server = Number.parseInt(readFileSync(postgres.folder + '/data/postmaster.pid', 'utf8'), 10);
  process.stdout.write(JSON.stringify({ folder: postgres.folder, server }));
`;
const STAY = 'setInterval(() => undefined, 1000);';
const LIMIT = { timeout: 30_000, interval: 20 };

interface Family {
  readonly parent: ChildProcess;
  readonly folder: string;
  readonly keeper: number;
  readonly server: number;
}

const families: Family[] = [];

afterEach(async () => {
  for (const { parent } of families) parent.kill('SIGKILL');
  await Promise.all(families.splice(0).map(expectNothingLeft));
}, 120_000);

function startParent(then: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', PARENT + then], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function startFamily(then: string): Promise<Family> {
  const parent = startParent(then);
  const { folder, server } = JSON.parse(await nextOutput(parent));
  const family = { parent, folder, keeper: keeperOf(folder), server };
  families.push(family);
  return family;
}

function keeperOf(folder = ''): number {
  return Number(/scaleretail-pg-(\d+)-/.exec(folder)?.[1]);
}

async function nextOutput({ stdout }: ChildProcess): Promise<string> {
  return stdout === null ? '' : String(await once(stdout, 'data'));
}

/** Field 5 of proc_pid_stat(5). */
function processGroup(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
}

/** The processes, whichever restart they come from, that were started on a folder. */
function serversIn(folder: string): number[] {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.map(Number).filter((pid) => commandLine(pid).includes(folder));
}

async function expectNothingLeft({ folder, keeper, server }: Family): Promise<void> {
  await expect
    .poll(() => [isRunning(keeper), isRunning(server), existsSync(folder)], LIMIT)
    .toEqual([false, false, false]);
}

describe("PostgreSQL's keeper", { timeout: 120_000 }, () => {
  it('leaves nothing when its parent is killed', async () => {
    const family = await startFamily(STAY);
    expect([isRunning(family.keeper), isRunning(family.server)]).toEqual([true, true]);
    family.parent.kill('SIGKILL');
    await expectNothingLeft(family);
  });

  it('leaves nothing when its parent is killed while the cluster is being made', async () => {
    const root = mkdtempSync(join(tmpdir(), 'keeper-test-'));
    chmodSync(root, 0o755);
    const parent = startParent(STAY, { TMPDIR: root });
    await expect
      .poll(() => existsSync(join(root, readdirSync(root)[0] ?? '', 'data')), LIMIT)
      .toBe(true);
    const keeper = keeperOf(readdirSync(root)[0]);
    parent.kill('SIGKILL');
    await expect.poll(() => [isRunning(keeper), readdirSync(root)], LIMIT).toEqual([false, []]);
    rmdirSync(root);
  });

  it.each(['fast', 'immediate'])(
    'leaves nothing when its parent is killed in a restart that is %s',
    async (mode) => {
      const family = await startFamily(`${STAY} for (;;) await postgres.restart('${mode}');`);
      await expect.poll(() => isRunning(family.server), LIMIT).toBe(false);
      family.parent.kill('SIGKILL');
      await expectNothingLeft(family);
      expect(serversIn(family.folder)).toEqual([]);
    },
  );

  it('leaves nothing when its parent is killed while the server is down', async () => {
    const family = await startFamily(`${STAY} await postgres.stopServer();`);
    await expect.poll(() => isRunning(family.server), LIMIT).toBe(false);
    expect(isRunning(family.keeper)).toBe(true);
    expect(existsSync(family.folder)).toBe(true);
    family.parent.kill('SIGKILL');
    await expectNothingLeft(family);
  });

  it('leaves nothing when its parent comes to its end, and does not hold it up', async () => {
    const family = await startFamily('');
    await expectNothingLeft(family);
  });

  it('ignores a Ctrl-C, leaves nothing at SIGTERM, and its parent is told', async () => {
    const family = await startFamily(`${STAY} process.stdout.write(await postgres.exited);`);
    const said = nextOutput(family.parent);
    process.kill(family.keeper, 'SIGINT');
    process.kill(family.keeper, 'SIGTERM');
    expect(await said).toContain('keeper ended (exit code 0)');
    await expectNothingLeft(family);
  });

  it.runIf(existsSync('/proc'))(
    'is in a process group that a terminal does not reach',
    async () => {
      const family = await startFamily(STAY);
      const groups = [family.parent.pid ?? 0, family.keeper, family.server].map(processGroup);
      expect(groups).toEqual([family.parent.pid, family.keeper, family.keeper]);
    },
  );

  it('that is killed itself is cleaned up after by its parent', async () => {
    const family = await startFamily(STAY);
    process.kill(family.keeper, 'SIGKILL');
    await expectNothingLeft(family);
  });

  it('that is killed together with its parent is cleaned up after by the next start', async () => {
    const family = await startFamily(STAY);
    for (const pid of [family.parent.pid ?? 0, family.keeper]) process.kill(pid, 'SIGKILL');
    await expect.poll(() => isRunning(family.keeper), LIMIT).toBe(false);
    expect(existsSync(family.folder)).toBe(true);
    const next = await startFamily(STAY);
    await expectNothingLeft(family);
    expect(existsSync(next.folder)).toBe(true);
  });
});
