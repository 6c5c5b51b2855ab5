import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Tells a process from a later one with the same pid: the start time in clock ticks since boot,
 * and the pid namespace (a container) in which the pid means anything. Both are '0' without /proc.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly namespace: string;
}

const UNKNOWN = '0';

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTime: readStat(process.pid)?.startTime ?? UNKNOWN,
    namespace: ownNamespace(),
  };
}

/** Whether a process certainly has ended. One that cannot be judged from here counts as running. */
export function hasEnded(identity: ProcessIdentity): boolean {
  if (identity.namespace !== ownNamespace()) return false;
  if (!isRunning(identity.pid)) return true;
  const startTime = readStat(identity.pid)?.startTime;
  return startTime !== undefined && startTime !== identity.startTime;
}

/** Whether the pid belongs to a process that still runs. A zombie has ended: it only waits to be reaped. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return readStat(pid)?.state !== 'Z';
}

/** The command line of a process, its arguments separated by spaces; empty without /proc. */
export function commandLine(pid: number): string {
  return (readOrUndefined(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
}

/** Fields 3 and 22 of proc_pid_stat(5). The name before them, in brackets, may itself hold brackets. */
function readStat(pid: number): { state: string; startTime: string } | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields?.[0], fields?.[19]];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function ownNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
