import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareFolder, writeResult } from '../cli/result-folder.ts';
import type { RunResult } from '../run/result.ts';
import type { PlannedRun } from './combinations.ts';
import { type ComparisonOptions, differences } from './options.ts';

/** The folder holds what cannot be gone on with. */
export class ComparisonFolderError extends Error {
  constructor(folder: string, why: string) {
    super(`--out is "${folder}": ${why}`);
    this.name = 'ComparisonFolderError';
  }
}

const planFile = 'plan.json';

interface Plan {
  readonly schemaVersion: 1;
  readonly options: ComparisonOptions;
}

/** Where a comparison is kept: its options, the result of each run, and in the end what it says. */
export class ComparisonFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Begins a comparison, or goes on with one.
   *
   * @throws {ComparisonFolderError} when there is one already and it is not to be resumed, or was
   *   made with other options
   */
  static open(path: string, options: ComparisonOptions, resume: boolean): ComparisonFolder {
    const file = join(path, planFile);
    if (existsSync(file)) refuseUnlessSame(path, file, options, resume);
    else begin(path, file, options);
    return new ComparisonFolder(path);
  }

  /** The whole result of a run that was carried out before; null without one. */
  finished({ id }: PlannedRun): RunResult | null {
    const file = join(this.path, 'runs', id, 'result.json');
    if (!existsSync(file)) return null;
    const result = JSON.parse(readFileSync(file, 'utf8')) as RunResult;
    return result.complete ? result : null;
  }

  keep({ id }: PlannedRun, result: RunResult): void {
    const folder = join(this.path, 'runs', id);
    mkdirSync(folder, { recursive: true });
    writeResult(folder, result);
  }

  /** Returns the file's path. */
  write(name: string, text: string): string {
    return replaceFile(join(this.path, name), text);
  }
}

function begin(path: string, file: string, options: ComparisonOptions): void {
  if (existsSync(join(path, 'runs'))) {
    throw new ComparisonFolderError(path, `holds runs and no ${planFile}: take another folder`);
  }
  prepareFolder(path);
  const plan: Plan = { schemaVersion: 1, options };
  replaceFile(file, `${JSON.stringify(plan, null, 2)}\n`);
}

function refuseUnlessSame(
  path: string,
  file: string,
  options: ComparisonOptions,
  resume: boolean,
): void {
  if (!resume) {
    throw new ComparisonFolderError(
      path,
      'holds a comparison: go on with it by --resume, or take another folder',
    );
  }
  const different = differences(readPlan(path, file).options, options);
  if (different.length === 0) return;
  throw new ComparisonFolderError(
    path,
    `its comparison was made with other options: ${different.join('; ')}`,
  );
}

function readPlan(path: string, file: string): Plan {
  const plan = parsed(readFileSync(file, 'utf8'));
  if (plan?.schemaVersion === 1) return plan;
  throw new ComparisonFolderError(path, `its ${planFile} is not one that this version can read`);
}

function parsed(text: string): Plan | null {
  try {
    return JSON.parse(text) as Plan | null;
  } catch {
    return null;
  }
}

function replaceFile(path: string, text: string): string {
  writeFileSync(`${path}.next`, text);
  renameSync(`${path}.next`, path);
  return path;
}
