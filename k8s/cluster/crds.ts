import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGo } from './build/go.ts';
import type { Cluster } from './cluster.ts';
import { WrongModuleError } from './errors.ts';
import { succeed } from './succeed.ts';

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
 * Applies the CRDs of the pinned modules and waits until the API server serves them.
 *
 * @throws {NoGoError} @throws {CommandFailedError} @throws {WrongModuleError}
 */
export async function applyCrds(cluster: Cluster): Promise<void> {
  const paths = (await Promise.all(readModules().map(findCrds))).flat();
  const files = paths.map((path) => `--filename=${path}`);
  // As large as they are they do not fit into the annotation of a client-side apply.
  await succeed(cluster, ['apply', '--server-side', ...files]);
  await succeed(cluster, ['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}

function readModules(): PinnedModule[] {
  return JSON.parse(readFileSync(new URL('./modules.json', import.meta.url), 'utf8'));
}

async function findCrds({ module, version, sum, crds }: PinnedModule): Promise<string[]> {
  const name = `${module}@${version}`;
  // Outside of any module, whose own requirements would count.
  const answer = await runGo(['mod', 'download', '-json', name], tmpdir());
  const { Dir, Sum }: DownloadedModule = JSON.parse(answer);
  if (Sum !== sum) throw new WrongModuleError(name, sum, Sum);
  return crds.map((path) => join(Dir, path));
}
