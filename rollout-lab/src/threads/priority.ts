import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

const raised = -10;

/**
 * On separate machines the generator and the router would not wait for the processor of the
 * replicas, and together they need little of it. Gives this thread precedence where the system lets
 * it, which is Linux, as root: round-robin scheduling before all ordinary threads (sched(7)), or else
 * a better nice value.
 */
export function takePrecedence(): void {
  try {
    const thread = basename(readlinkSync('/proc/thread-self'));
    const { status } = spawnSync('chrt', ['--rr', '--pid', '1', thread]);
    if (status !== 0) setPriority(Number(thread), raised);
  } catch {
    // Then it waits its turn, and its lateness says how long.
  }
}
