import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'scaleretail-boundaries-'));

beforeAll(() => {
  const { $schema: _, vcs: __, ...rules } = JSON.parse(readFileSync(path('../biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Lints one file with an import, at its place in a tree that has this project's rules. */
function lint(file: string, from: string): { passed: boolean; output: string } {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), `import { a } from '${from}';\n\nexport const b = a;\n`);
  const biome = path('../node_modules/@biomejs/biome/bin/biome');
  const result = spawnSync(process.execPath, [biome, 'lint', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { passed: result.status === 0, output: result.stdout + result.stderr };
}

const forbidden: readonly [file: string, from: string, why: string][] = [
  ['src/platform/x.ts', '../orders/store.ts', 'platform is the lowest'],
  ['src/platform/x.ts', '../schema-change/phases/phases.ts', 'platform is the lowest'],
  ['src/schema-change/x.ts', '../orders/store.ts', 'not the other way round'],
  ['src/schema-change/x.ts', '../changes/changes.ts', 'it is handed one'],
  ['src/changes/minor-units/x.ts', '../../orders/store.ts', 'not the other way round'],
  ['src/platform/x.ts', '../changes/changes.ts', 'platform is the lowest'],
  ['src/schema-lint/x.ts', '../releases.ts', 'it can be taken to another project'],
  ['src/payments/x.ts', '../orders/store.ts', 'another feature'],
  ['src/orders/x.ts', '../payments/store.ts', 'another feature'],
  ['src/orders/x.ts', '../app.ts', 'app knows the features'],
  ['src/app.ts', '../rollout-lab/src/main.ts', 'can be deleted'],
  ['test/x.test.ts', '../rollout-lab/src/main.ts', 'can be deleted'],
  ['src/platform/x.ts', '../../bench/statistics.ts', 'Nothing imports the benchmark'],
  ['src/orders/x.ts', '../../bench/statistics.ts', 'Nothing imports the benchmark'],
  ['src/app.ts', '../bench/statistics.ts', 'Nothing imports the benchmark'],
  ['bench/world/x.ts', '../../src/config.ts', 'imports nothing of it'],
  ['bench/x.ts', '../rollout-lab/src/main.ts', 'can be deleted'],
  [
    'rollout-lab/src/x.ts',
    '../../src/schema-change/phases/phases.ts',
    'imports nothing of the service',
  ],
  ['rollout-lab/src/x.ts', '../../src/releases.ts', 'imports nothing of the service'],
];

const allowed: readonly [file: string, from: string][] = [
  ['src/orders/x.ts', './store.ts'],
  ['src/orders/x.ts', '../catalog/stock.ts'],
  ['src/orders/x.ts', '../schema-change/phases/phases.ts'],
  ['src/schema-change/x.ts', '../platform/postgres/postgres.ts'],
  ['src/changes/minor-units/x.ts', '../../schema-change/change.ts'],
  ['src/orders/x.ts', '../changes/changes.ts'],
  ['rollout-lab/src/x.ts', './run/run.ts'],
  ['bench/x.ts', './world/shop.ts'],
  ['bench/x.ts', '@scaleretail/embedded/postgres'],
];

describe('the direction of imports', () => {
  it.each(forbidden)('%s must not import %s', (file, from, why) => {
    const { passed, output } = lint(file, from);
    expect(output).toContain(why);
    expect(passed).toBe(false);
  });

  it.each(allowed)('%s may import %s', (file, from) => {
    expect(lint(file, from)).toMatchObject({ passed: true });
  });
});
