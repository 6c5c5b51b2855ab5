import { phases as allPhases, type Phase, touchesOld } from './phases.ts';

/** The use of a change's old columns since the last report. */
export interface ChangeUsage {
  /** The oldest phase that some request was or could be in. */
  readonly oldestPhase: Phase;
  readonly oldReads: number;
  readonly oldWrites: number;
}

/** What a replica reports of itself with each heartbeat. */
export interface Usage {
  readonly changes: ReadonlyMap<string, ChangeUsage>;
  readonly rightsDenied: number;
}

/** Counts what touched the old columns of one change. */
export class UseCounter {
  #reads = 0;
  #writes = 0;

  /** @returns whether it counted: the phase reads an old column. */
  didRead(phase: Phase): boolean {
    const counts = touchesOld(phase).reads;
    if (counts) this.#reads += 1;
    return counts;
  }

  /** @returns whether it counted: the phase writes an old column. */
  didWrite(phase: Phase): boolean {
    const counts = touchesOld(phase).writes;
    if (counts) this.#writes += 1;
    return counts;
  }

  /** What was counted since the last call. */
  take(): Pick<ChangeUsage, 'oldReads' | 'oldWrites'> {
    const taken = { oldReads: this.#reads, oldWrites: this.#writes };
    this.#reads = 0;
    this.#writes = 0;
    return taken;
  }

  /** Counts again what could not be reported. */
  giveBack(usage: Pick<ChangeUsage, 'oldReads' | 'oldWrites'>): void {
    this.#reads += usage.oldReads;
    this.#writes += usage.oldWrites;
  }
}

/** The first of some phases in the order in which a change goes through them. */
export function oldestOf(some: readonly [Phase, ...Phase[]]): Phase {
  return allPhases.find((phase) => some.includes(phase)) ?? some[0];
}
