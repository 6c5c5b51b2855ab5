import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lint } from '../schema-lint/lint.ts';
import { inFolder } from '../schema-lint/planted.ts';
import { lintPlan } from './lint.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Runs the command as a person does, with no database to be found. */
function run(words: readonly string[], nodeOptions: readonly string[] = []) {
  const command = [...nodeOptions, path('schema.ts'), 'lint', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    env: {},
  });
  return { status, stdout, stderr };
}

/** Makes a module as absent as `npm ci --omit=dev` does. */
function without(module: string): string[] {
  const hook = `import { registerHooks } from 'node:module';
registerHooks({ resolve(specifier, context, next) {
  if (specifier === '${module}') throw Object.assign(new Error('absent'), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(specifier, context);
} });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
}

const squawkProgram = `@squawk-cli/${process.platform}-${process.arch}/bin/squawk`;

const bad = { '0001_expand_sum.sql': 'ALTER TABLE orders\n  RENAME COLUMN total TO sum;' };

describe('this repository', () => {
  it('has nothing that the check finds', async () => {
    const root = path('../..');
    const options = { root, migrations: path('../../migrations'), service: path('..') };
    const result = await lint({ ...options, plan: lintPlan() });
    expect(result.findings).toEqual([]);
    expect(result.migrations).toBeGreaterThanOrEqual(5);
    expect(result.sources).toBeGreaterThan(100);
  });

  it('lets a contract drop what an older release has stopped using, and knows the old columns', () => {
    const { migrations, oldColumns } = lintPlan();
    expect(migrations?.find(({ step }) => step === 'contract')).toMatchObject({
      name: '0005_contract_drop_decimal_money',
      release: '4.0',
      stoppedIn: '3.0',
    });
    expect(migrations?.find(({ release }) => release === '3.0')?.stoppedIn).toBeNull();
    expect(oldColumns).toContain('orders.total');
  });
});

describe('schema lint', () => {
  it('tells what it found, a line each, and ends with 1', () =>
    inFolder(bad, async (folder) => {
      const { status, stdout } = run(['--folder', folder]);
      expect(stdout).toMatch(
        /^\S*0001_expand_sum\.sql:2 {2}rename-in-expand {2}orders\.total is renamed to sum: .* → add the new name/m,
      );
      expect(stdout).toMatch(/^1 migration: 1 found$/m);
      expect(status).toBe(1);
    }));

  it('tells the same to a script', () =>
    inFolder(bad, async (folder) => {
      const { status, stdout } = run(['--json', '--folder', folder]);
      const { findings, ...counts } = JSON.parse(stdout);
      expect(counts).toEqual({ migrations: 1, sources: 0 });
      expect(findings).toMatchObject([{ line: 2, rule: 'rename-in-expand' }]);
      expect(status).toBe(1);
    }));

  it('ends with 0 when there is nothing to tell', () =>
    inFolder({ '0001_expand_a.sql': 'CREATE TABLE a (id bigint);' }, async (folder) => {
      expect(run(['--folder', folder])).toEqual({
        status: 0,
        stdout: '1 migration: nothing found\n',
        stderr: '',
      });
    }));

  it.each(['squawk-cli/package.json', squawkProgram, 'libpg-query', 'oxc-parser'])(
    'ends with 2 and says what to do where %s is not installed',
    (module) => {
      const { status, stdout, stderr } = run([], without(module));
      expect(stderr).toMatch(/^[\w@/-]+ is not installed.*npm ci --include=dev"\n$/);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    },
  );

  it('ends with 2 where there is no such folder, or a migration cannot be run', () =>
    inFolder({ '0001_expand_a.ts': 'export const up = 7;' }, async (folder) => {
      const nowhere = run(['--folder', `${folder}/nowhere`]);
      expect(nowhere.stderr).toMatch(/^there is no folder .*\/nowhere\n$/);
      expect(nowhere.status).toBe(2);
      const broken = run(['--folder', folder]);
      expect(broken.stderr).toMatch(/^0001_expand_a \(up\) cannot be run: [^\n]*\n$/);
      expect(broken.status).toBe(2);
    }));
});
