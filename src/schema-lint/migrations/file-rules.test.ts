import { describe, expect, it } from 'vitest';
import { fileFindings, fileRules } from './file-rules.ts';
import type { PlannedMigration } from './plan.ts';

const one: PlannedMigration = {
  name: '0001_expand_a',
  step: 'expand',
  release: '1.0',
  stoppedIn: null,
};
const two: PlannedMigration = {
  name: '0002_contract_b',
  step: 'contract',
  release: '2.0',
  stoppedIn: '1.0',
};

function found(names: readonly string[], plan: readonly PlannedMigration[] | null): string[] {
  const files = names.map((name) => ({ name, file: `${name}.sql` }));
  return fileFindings(files, plan).map(({ file, rule }) => `${file} ${rule}`);
}

const planted: readonly [
  rule: string,
  file: string,
  names: string[],
  plan: PlannedMigration[] | null,
][] = [
  ['file-name', '1_expand_a.sql', ['1_expand_a'], null],
  ['file-name', '0001_change_a.sql', ['0001_change_a'], null],
  ['file-number', '0001_expand_b.sql', ['0001_expand_a', '0001_expand_b'], null],
  ['file-number', '0001_expand_a.sql', [one.name, two.name], [two, one]],
  ['file-step', '0001_expand_a.sql', [one.name], [{ ...one, step: 'contract' }]],
  ['file-unlisted', '0002_contract_b.sql', [one.name, two.name], [one]],
  ['file-missing', 'src/releases.ts', [one.name], [one, two]],
  [
    'expand-with-contract',
    '0002_contract_b.sql',
    [one.name, two.name],
    [one, { ...two, release: '1.0' }],
  ],
];

describe('names and order of migrations', () => {
  it.each(planted)('%s is told at %s', (rule, file, names, plan) => {
    expect(found(names, plan)).toEqual([`${file} ${rule}`]);
  });

  it('are planted for every rule', () => {
    expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(Object.keys(fileRules)));
  });

  it('pass when they are right, listed or in a folder that nothing lists', () => {
    expect(found([one.name, two.name], [one, two])).toEqual([]);
    expect(found([one.name, two.name], null)).toEqual([]);
  });
});
