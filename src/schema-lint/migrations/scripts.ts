import { readdir } from 'node:fs/promises';
import { join, parse, relative, sep } from 'node:path';
import { CannotLintError } from '../finding.ts';
import { type Direction, type Emitted, emittedBy, SourceLines } from './emitted.ts';
import type { MigrationFile } from './file-rules.ts';
import { type Plan, type PlannedMigration, unlisted } from './plan.ts';

/** One migration in one direction, with all that is needed to tell where a finding is. */
export interface Script {
  readonly file: string;
  readonly migration: PlannedMigration;
  readonly direction: Direction;
  readonly emitted: Emitted;
  readonly lines: SourceLines;
}

/**
 * The files of a folder, hidden ones left out, in the order of their names.
 * @throws {CannotLintError} when there is no such folder.
 */
export async function filesIn(root: string, folder: string): Promise<MigrationFile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CannotLintError(`there is no folder ${folder}`, { cause });
  });
  const visible = names.filter((name) => !name.startsWith('.')).sort();
  return visible.map((name) => ({
    name: parse(name).name,
    file: shown(root, join(folder, name)),
  }));
}

/** As it is told: from the root, or whole where it is outside of it. */
function shown(root: string, path: string): string {
  const within = relative(root, path);
  return (within.startsWith('..') ? path : within).split(sep).join('/');
}

/** What releases list comes as they list it, since the rules go by what was before; then the rest. */
export function inPlannedOrder(
  files: readonly MigrationFile[],
  { migrations }: Plan,
): MigrationFile[] {
  const place = ({ name }: MigrationFile) => {
    const index = migrations?.findIndex((one) => one.name === name) ?? -1;
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  return files.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** @throws {CannotLintError} when a migration cannot be run. */
export async function scriptsOf(
  folder: string,
  files: readonly MigrationFile[],
  plan: Plan,
): Promise<Script[]> {
  const scripts: Script[] = [];
  for (const { file, name } of files) {
    const migration = plan.migrations?.find((one) => one.name === name) ?? unlisted(name);
    const lines = await SourceLines.of(join(folder, parse(file).base));
    for (const direction of ['up', 'down'] as const) {
      const emitted = await emittedBy(folder, name, direction);
      if (emitted !== null) scripts.push({ file, migration, direction, emitted, lines });
    }
  }
  return scripts;
}
