/** Processor time of a thread up to a moment, both ms. */
export interface CpuTime {
  readonly cpuMs: number;
  readonly atMs: number;
}

/** Processor time a second between two moments; null when no time lies between them. */
export function coresBetween(from: CpuTime, to: CpuTime): number | null {
  return to.atMs > from.atMs ? (to.cpuMs - from.cpuMs) / (to.atMs - from.atMs) : null;
}
