/** Processor time of a thread up to a moment, both ms. */
export interface CpuTime {
  readonly cpuMs: number | null;
  readonly atMs: number;
}

/** Processor time a second between two moments; null when no time lies between, or one is not known. */
export function coresBetween(from: CpuTime, to: CpuTime): number | null {
  if (from.cpuMs === null || to.cpuMs === null || to.atMs <= from.atMs) return null;
  return (to.cpuMs - from.cpuMs) / (to.atMs - from.atMs);
}
