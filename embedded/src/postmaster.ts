import { setTimeout as delay } from 'node:timers/promises';
import type { ShutdownMode } from './postgres-protocol.ts';
import { isRunning } from './process-identity.ts';

/**
 * What a postmaster is sent, gentlest first: SIGINT is "fast", SIGQUIT "immediate". After SIGKILL
 * the server's processes notice and end by themselves.
 */
const SHUTDOWN_LADDERS = {
  fast: ['SIGINT', 'SIGQUIT', 'SIGKILL'],
  immediate: ['SIGQUIT', 'SIGKILL'],
} as const satisfies Record<ShutdownMode, readonly NodeJS.Signals[]>;

/** How long each step may take, ms. */
const STEP_LIMIT_MS = 5_000;
const POLL_MS = 10;

/** Ends a postmaster and resolves when it is gone. Throws when not even SIGKILL ends it. */
export async function endPostmaster(pid: number, mode: ShutdownMode = 'fast'): Promise<void> {
  for (const signal of SHUTDOWN_LADDERS[mode]) {
    if (!isRunning(pid)) return;
    sendSignal(pid, signal);
    if (await endsWithin(pid, STEP_LIMIT_MS)) return;
  }
  throw new Error(`PostgreSQL (pid ${pid}) does not end.`);
}

async function endsWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** It may end between the look and the signal: then there is nothing left to do. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone, or another user's: endsWithin tells which.
  }
}
