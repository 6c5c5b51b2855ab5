import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { htmlReport } from '../report/html/report.ts';
import { markdownReport } from '../report/markdown.ts';
import type { RunResult } from '../run/result.ts';

/** The folder for the result cannot be made or written. */
export class OutFolderError extends Error {
  constructor(folder: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`--out is "${folder}": must be a folder that can be written (${why})`);
    this.name = 'OutFolderError';
  }
}

/**
 * Makes the folder before anything is run: one that cannot be written would cost the whole run's
 * result.
 *
 * @throws {OutFolderError}
 */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(resolve(folder));
    const probe = join(folder, 'result.json.next');
    writeFileSync(probe, '');
    rmSync(probe);
    // Of an earlier run; this one's comes at its end.
    rmSync(join(folder, 'report.html'), { force: true });
  } catch (error) {
    throw new OutFolderError(folder, error);
  }
}

/** Level by level: Node's own `recursive` never ends where a level cannot be made, as below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** The files of a result, by their names; returns their paths. */
export function writeResult(folder: string, result: RunResult): string[] {
  return [
    ...writeFigures(folder, result),
    replaceFile(join(folder, 'report.html'), htmlReport(result)),
  ];
}

/**
 * What there is, while the run goes on: a part that cannot be written is not the run's end. The page
 * with its plots is made when the run has ended: it takes a moment, in which the judge would wait.
 */
export function writePart(folder: string, part: RunResult): void {
  try {
    if (part.timeline.at(-1)?.type === 'end') writeResult(folder, part);
    else writeFigures(folder, part);
  } catch {
    // The whole result will fail to be written as well, and say why.
  }
}

function writeFigures(folder: string, result: RunResult): string[] {
  return [
    replaceFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`),
    replaceFile(join(folder, 'report.md'), markdownReport(result)),
  ];
}

/** By rename: whoever reads it, at whatever moment this process ends, finds all of one version. */
function replaceFile(path: string, text: string): string {
  const next = `${path}.next`;
  writeFileSync(next, text);
  renameSync(next, path);
  return path;
}
