import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { lint } from './lint.ts';
import type { Plan, PlannedMigration } from './migrations/plan.ts';

/** A migration after the first: `0002_expand_planted.sql` and so on. */
export interface PlantedFile {
  readonly step: 'expand' | 'contract';
  readonly suffix: 'sql' | 'ts';
  readonly text: string;
}

export const expand = (text: string): PlantedFile => ({ step: 'expand', suffix: 'sql', text });
export const contract = (text: string): PlantedFile => ({ step: 'contract', suffix: 'sql', text });
/** A .ts migration, from what its `up` does with `pgm`. */
export const script = (up: string): PlantedFile => ({
  step: 'expand',
  suffix: 'ts',
  text: `export const up = (pgm) => {\n${up}\n};\nexport const down = false;\n`,
});

/** A rule with what breaks it, and the nearest thing that does not. */
export interface Case {
  readonly rule: string;
  readonly breaks: readonly PlantedFile[];
  /** Rules that the same fault breaks as well. */
  readonly also?: readonly string[];
  readonly fine: readonly PlantedFile[];
  /** The release that had stopped using what a contract takes away; default: 3.0. */
  readonly stoppedIn?: string | null;
  /** Whether all of it is listed by one release; default: each by its own. */
  readonly inOneRelease?: boolean;
}

const baseline: PlantedFile = expand(`-- Up Migration
CREATE TABLE orders (
  id       uuid PRIMARY KEY,
  customer text NOT NULL,
  status   text NOT NULL DEFAULT 'placed',
  note     text,
  total    numeric(12, 2) NOT NULL
);
CREATE TABLE products (sku text PRIMARY KEY, stock integer NOT NULL);
CREATE TABLE schema_state (change_name text PRIMARY KEY, state text NOT NULL);
`);

const oldColumns = new Set(['orders.total', 'orders.note']);

/** Writes files into a folder of their own for as long as `use` takes. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'scaleretail-planted-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `file:line rule` of all that is found in the migrations after the first. */
export function plant(
  files: readonly PlantedFile[],
  { stoppedIn = '3.0', inOneRelease = false }: Pick<Case, 'stoppedIn' | 'inOneRelease'> = {},
): Promise<string[]> {
  const named = [baseline, ...files].map((file, index) => {
    const name = `000${index + 1}_${file.step}_planted`;
    const release = index === 0 ? '1.0' : `${inOneRelease ? 2 : index + 1}.0`;
    const migration: PlannedMigration = {
      name,
      step: file.step,
      release,
      stoppedIn: file.step === 'contract' ? stoppedIn : null,
    };
    return { migration, path: `${name}.${file.suffix}`, text: file.text };
  });
  const plan: Plan = { migrations: named.map(({ migration }) => migration), oldColumns };
  const texts = Object.fromEntries(named.map(({ path, text }) => [path, text]));
  return inFolder(texts, async (root) => {
    const { findings } = await lint({ root, migrations: root, plan, service: null });
    return findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
  });
}

/** A test for each case in both variants, and one that no rule of the group was forgotten. */
export function testPlanted(rules: readonly string[], cases: readonly Case[]): void {
  for (const { rule, breaks, also = [], fine, ...options } of cases) {
    it(`${rule} refuses what breaks it, and nothing else does`, async () => {
      const found = (await plant(breaks, options)).map((one) => one.split(' ')[1]);
      expect([...new Set(found)].sort()).toEqual([rule, ...also].sort());
    });
    it(`${rule} lets the safe way pass`, async () => {
      expect(await plant(fine, options)).toEqual([]);
    });
  }
  it('is planted for every rule', () => {
    expect(rules.filter((id) => !cases.some(({ rule }) => rule === id))).toEqual([]);
  });
}
