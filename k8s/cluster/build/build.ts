import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolsFolder } from '@scaleretail/embedded/programs';
import { createOwnedFolder, removeFolder, sweepOwnedFolders } from '../owned-folder.ts';
import { runGo } from './go.ts';
import { buildArguments, kubernetesVersion, programNames, programsFolder } from './programs.ts';

const goModule = fileURLToPath(new URL('..', import.meta.url));
const unfinished = 'building';

export interface BuildOptions {
  /** Told before each program that is missing. */
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Builds the programs that are missing, which takes minutes, and gives back their folder. Each
 * appears in it whole, so that neither an interrupted build nor a second one at the same time is
 * seen there.
 *
 * @throws {NoGoError} when one is missing and there is no Go
 * @throws {CommandFailedError} with what Go said
 */
export async function buildPrograms({ say, signal }: BuildOptions = {}): Promise<string> {
  const version = kubernetesVersion();
  const folder = programsFolder(version);
  const missing = programNames.filter((program) => !existsSync(join(folder, program)));
  if (missing.length === 0) return folder;
  await mkdir(folder, { recursive: true });
  await sweepOwnedFolders(toolsFolder(), unfinished);
  const workshop = createOwnedFolder(toolsFolder(), unfinished);
  try {
    for (const program of missing) {
      say?.(`building ${program} …`);
      const built = join(workshop, program);
      await runGo(buildArguments(program, version, built), goModule, signal);
      await rename(built, join(folder, program));
    }
  } finally {
    await removeFolder(workshop);
  }
  return folder;
}
