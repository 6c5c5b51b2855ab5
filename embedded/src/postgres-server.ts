import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';
import { dataFolder, logTail, runTool, type Site } from './postgres-cluster.ts';
import { PortTakenError, PostgresStartError } from './postgres-errors.ts';
import type { ShutdownMode } from './postgres-protocol.ts';
import { endPostmaster } from './postmaster.ts';

/** A postmaster that accepts connections. */
export interface Postmaster {
  readonly port: number;
  /** Resolves with how it ended, whoever ended it. */
  readonly ended: Promise<string>;
  /** Fast unless told otherwise. */
  stop(mode?: ShutdownMode): Promise<void>;
}

/** How often a free port may be snatched by another process before it is bound. */
const PORT_ATTEMPTS = 5;
/** PostgreSQL starts in well under a second; a starved machine may need many. */
const READY_LIMIT_MS = 60_000;
const POLL_MS = 20;
/** The line of postmaster.pid that says the state: LOCK_FILE_LINE_PM_STATUS in miscadmin.h, from 1. */
const STATUS_LINE = 8;

/**
 * Starts the server of an initialised cluster on the port, 0 for a free one.
 * Throws PortTakenError for a port that was asked for, else PostgresStartError with the log's tail.
 */
export async function startServer(
  site: Site,
  port: number,
  signal: AbortSignal,
): Promise<Postmaster> {
  if (port !== 0) return launch(site, port, signal);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(site, await findFreePort(), signal);
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function launch(site: Site, port: number, signal: AbortSignal): Promise<Postmaster> {
  const child = runTool(site, 'postgres', ['-D', dataFolder(site), '-p', String(port)]);
  const ended = endOf(child);
  const stop = async (mode?: ShutdownMode) => {
    if (child.pid !== undefined) await endPostmaster(child.pid, mode);
    await ended;
  };
  try {
    await untilReady({ site, port, pid: child.pid, ended }, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, ended, stop };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

interface Launched {
  readonly site: Site;
  readonly port: number;
  readonly pid: number | undefined;
  readonly ended: Promise<string>;
}

async function untilReady({ site, port, pid, ended }: Launched, signal: AbortSignal) {
  let end: string | undefined;
  ended.then((how) => {
    end = how;
  });
  const deadline = performance.now() + READY_LIMIT_MS;
  while (readStatus(site, pid) !== 'ready') {
    if (end !== undefined) throw startFailure(site, port, end);
    if (performance.now() > deadline) {
      throw new PostgresStartError('PostgreSQL does not become ready.', logTail(site));
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

/** What a postmaster says of itself, in the way that pg_ctl reads it; not what a dead one has left. */
function readStatus(site: Site, pid: number | undefined): string | undefined {
  try {
    const lines = readFileSync(join(dataFolder(site), 'postmaster.pid'), 'utf8').split('\n');
    return lines[0] === String(pid) ? lines[STATUS_LINE - 1]?.trim() : undefined;
  } catch {
    return undefined;
  }
}

function startFailure(site: Site, port: number, how: string): Error {
  const log = logTail(site);
  // The server's messages are in English: it runs with LC_ALL=C.
  if (log.includes('Address already in use')) return new PortTakenError(port);
  return new PostgresStartError(`PostgreSQL did not start (${how}).`, log);
}
