import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

const raised = -10;

/**
 * On separate machines the generator and the router would not wait for the processor of the
 * replicas. Gives this thread precedence, where the system lets it: Linux, as root.
 */
export function raiseThreadPriority(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), raised);
  } catch {
    // Then it waits its turn, and its lateness says how long.
  }
}
