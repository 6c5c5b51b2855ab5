import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Runs `work` while no other process does, waiting for one that does. The lock is a file with the
 * pids that hold it; it counts for nothing once they all have ended. `work` gets a function
 * that adds a second holder: a child that would go on if this process were killed.
 * @template T
 * @param {string} file
 * @param {(addHolder: (pid: number | undefined) => void) => Promise<T>} work
 */
export async function withLock(file, work) {
  await acquire(file);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work((pid) => writeFileSync(file, `${process.pid} ${pid ?? ''}`));
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} file */
async function acquire(file) {
  let told = false;
  while (!tryCreate(file)) {
    const holders = readHolders(file);
    if (isStale(holders)) {
      takeAway(file);
      continue;
    }
    if (!told && holders.length > 0) {
      process.stderr.write(
        `Waiting for another install, of process ${holders[0]} (if there is none, remove ${basename(file)})\n`,
      );
      told = true;
    }
    await delay(POLL_MS);
  }
}

/** @param {string} file */
function tryCreate(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Two that wait may both find the lock stale, and the slower one would remove the quicker one's new
 * lock. So it is moved aside first, which only one can do, and looked at again.
 * @param {string} file
 */
function takeAway(file) {
  const aside = `${file}-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another took it
  }
  if (isStale(readHolders(aside))) rmSync(aside);
  else renameSync(aside, file);
}

/** @param {number[]} holders none: it is being written, or just gone */
function isStale(holders) {
  return holders.length > 0 && !holders.some(isRunning);
}

/** @param {string} file */
function readHolders(file) {
  try {
    return readFileSync(file, 'utf8').split(' ').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
