import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Why an install is needed, or undefined when it is not. The stamp is the last thing an install
 * writes. Without one, npm's own record tells whether somebody has run npm by hand, and npm writes
 * that last, too.
 * @param {string} root
 */
export function whyStale(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is missing';
  const stamp = readText(stampFile(root));
  if (stamp === digest(root)) return undefined;
  if (stamp !== undefined) return 'the dependencies have changed';
  if (!isInstalledByHand(root)) return 'node_modules is not complete';
  tryWriteStamp(root);
  return undefined;
}

/**
 * Whether npm's record has every package that package-lock.json requires.
 * @param {string} root
 */
function isInstalledByHand(root) {
  const installed = readJson(npmRecord(root))?.packages;
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  if (installed === undefined || locked === undefined) return false;
  return Object.entries(locked).every(([path, { version, optional, devOptional }]) => {
    const present = installed[path];
    if (!path.startsWith('node_modules/')) return true;
    return present === undefined ? optional || devOptional : present.version === version;
  });
}

/**
 * Why `npm ci` may refuse the lock file.
 * @param {string} root
 */
export function whyNotLocked(root) {
  const gone = workspaces(root).filter((folder) => !existsSync(join(root, folder)));
  if (gone.length === 0) return 'package-lock.json does not cover package.json';
  return `package.json names what is not here (${gone.join(', ')})`;
}

/**
 * What the installed tree depends on: the lock file, the workspaces' manifests, the platform.
 * @param {string} root
 */
function digest(root) {
  const manifests = workspaces(root).map((folder) => join(root, folder, 'package.json'));
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const file of [join(root, 'package-lock.json'), ...manifests]) {
    hash.update(`\0${readText(file) ?? ''}`);
  }
  return hash.digest('hex');
}

/** @param {string} root */
function workspaces(root) {
  return /** @type {string[]} */ (readJson(join(root, 'package.json'))?.workspaces ?? []);
}

/**
 * Vouches for the installed tree as it is now.
 * @param {string} root
 */
export function writeStamp(root) {
  mkdirSync(join(root, 'node_modules'), { recursive: true }); // npm makes none for no dependencies
  writeFileSync(stampFile(root), digest(root));
}

/**
 * Takes back what vouches for the installed tree, which an interrupted install would leave.
 * @param {string} root
 */
export function removeStamp(root) {
  for (const file of [stampFile(root), npmRecord(root)]) rmSync(file, { force: true });
}

/** @param {string} root */
function tryWriteStamp(root) {
  try {
    writeStamp(root);
  } catch {
    // A checkout that may not be written to: npm's record is then compared at every start.
  }
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.scaleretail-install');
}

/** @param {string} root */
function npmRecord(root) {
  return join(root, 'node_modules', '.package-lock.json');
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function readJson(file) {
  const text = readText(file);
  return text === undefined ? undefined : JSON.parse(text);
}
