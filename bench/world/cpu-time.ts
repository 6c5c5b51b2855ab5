import { readFileSync } from 'node:fs';

/** USER_HZ, which Linux has fixed at 100 for what it tells programs. */
const microsPerTick = 10_000;

/**
 * CPU time that a process has taken since its start, in user and kernel mode, all threads, in µs:
 * what a request costs, which other work on the machine falsifies least. Null without /proc.
 */
export function cpuMicrosOf(pid: number | undefined): number | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** Fields 14 and 15 of proc_pid_stat(5). The second is a name in brackets that may hold anything. */
export function parseStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * microsPerTick;
}
