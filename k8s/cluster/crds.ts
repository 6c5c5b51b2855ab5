import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGo } from './build/go.ts';
import { WrongModuleError } from './errors.ts';

/** A published Go module, pinned, and the files and folders in it that hold CRDs. */
interface PinnedModule {
  readonly module: string;
  readonly version: string;
  /** As in a go.sum: of all files of the module. */
  readonly sum: string;
  readonly crds: readonly string[];
}

/** What `go mod download -json` says of a module. */
interface DownloadedModule {
  readonly Dir: string;
  readonly Sum: string;
}

/**
 * Finds the CRDs of the pinned modules, which Go downloads where they are missing.
 *
 * @returns the paths of files and folders
 * @throws {NoGoError} @throws {CommandFailedError} @throws {WrongModuleError}
 */
export async function findCrds(): Promise<string[]> {
  return (await Promise.all(readModules().map(findInModule))).flat();
}

function readModules(): PinnedModule[] {
  return JSON.parse(readFileSync(new URL('./modules.json', import.meta.url), 'utf8'));
}

async function findInModule({ module, version, sum, crds }: PinnedModule): Promise<string[]> {
  const name = `${module}@${version}`;
  // Outside of any module, whose own requirements would count.
  const answer = await runGo(['mod', 'download', '-json', name], tmpdir());
  const { Dir, Sum }: DownloadedModule = JSON.parse(answer);
  if (Sum !== sum) throw new WrongModuleError(name, sum, Sum);
  return crds.map((path) => join(Dir, path));
}
