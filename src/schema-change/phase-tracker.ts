import type { Flags } from '../platform/flags/flags.ts';
import type { Metrics } from '../platform/metrics.ts';
import { sqlState } from '../platform/postgres/postgres.ts';
import type { Release, SchemaState } from '../releases.ts';
import type { ShadowOutcome } from './money-sql.ts';
import { decidePhase, type Phase, phases, touchesOld } from './phases.ts';

/** The use of old columns since the last report, and the phases that were possible meanwhile. */
export interface Usage {
  readonly oldestPhase: Phase;
  readonly oldReads: number;
  readonly oldWrites: number;
  readonly rightsDenied: number;
}

const insufficientPrivilege = '42501';

/**
 * Decides the phase of each request, once, and keeps count of what the phases touch. The counts
 * are the evidence that the contract gate goes by.
 */
export class PhaseTracker {
  readonly #release: Release;
  readonly #flags: Flags;
  readonly #metrics: Metrics;
  readonly #inFlight = new Map<Phase, number>();
  #schema: SchemaState;
  #decided: DecidedPhases;
  #since = { oldReads: 0, oldWrites: 0, rightsDenied: 0 };

  constructor(release: Release, schema: SchemaState, flags: Flags, metrics: Metrics) {
    this.#release = release;
    this.#schema = schema;
    this.#decided = decideAll(release, schema);
    this.#flags = flags;
    this.#metrics = metrics;
  }

  /** What the heartbeat learned of the schema; requests decided from now on follow it. */
  schemaIs(state: SchemaState): void {
    this.#schema = state;
    this.#decided = decideAll(this.#release, state);
  }

  /** For whoever watches: the schema as last heard of, and the oldest phase given on it now. */
  current(): { readonly schema: SchemaState; readonly oldestPhase: Phase } {
    return { schema: this.#schema, oldestPhase: this.#decide() };
  }

  /** The phase for one customer's request. `leave` must be called when the request has ended. */
  enter(customerId: string): { phase: Phase; leave: () => void } {
    const phase = this.#decide(customerId);
    this.#inFlight.set(phase, (this.#inFlight.get(phase) ?? 0) + 1);
    this.#metrics.phaseRequests.inc({ phase: phase.name });
    let left = false;
    return {
      phase,
      leave: () => {
        if (left) return;
        left = true;
        this.#inFlight.set(phase, (this.#inFlight.get(phase) ?? 1) - 1);
      },
    };
  }

  /** Whether this read of a customer shall read both shapes. Only where both are there. */
  shadows(phase: Phase, customerId: string): boolean {
    return phase.fallsBackTo !== null && this.#flags.isEnabled('orders.shadow-compare', customerId);
  }

  didRead(phase: Phase): void {
    if (!touchesOld(phase).reads) return;
    this.#since.oldReads += 1;
    this.#metrics.oldColumnReads.inc();
  }

  didWrite(phase: Phase): void {
    if (!touchesOld(phase).writes) return;
    this.#since.oldWrites += 1;
    this.#metrics.oldColumnWrites.inc();
  }

  didCompare(outcome: ShadowOutcome): void {
    this.#metrics.shadowCompared.inc();
    if (outcome !== 'same') this.#metrics.shadowMismatches.inc({ kind: outcome });
  }

  /** Looks at a failure of a request: a refused right during a brownout is evidence. */
  didFail(error: unknown): void {
    if (sqlState(error) !== insufficientPrivilege) return;
    this.#since.rightsDenied += 1;
    this.#metrics.rightsDenied.inc();
  }

  /** What happened since the last call. The oldest phase counts requests still in flight. */
  takeUsage(): Usage {
    const possible = [this.#decide(), ...this.#phasesInFlight()];
    const oldestPhase = phases.find((phase) => possible.includes(phase)) ?? this.#decide();
    const usage = { oldestPhase, ...this.#since };
    this.#since = { oldReads: 0, oldWrites: 0, rightsDenied: 0 };
    return usage;
  }

  /** Counts again what could not be reported. */
  giveBack(usage: Usage): void {
    this.#since.oldReads += usage.oldReads;
    this.#since.oldWrites += usage.oldWrites;
    this.#since.rightsDenied += usage.rightsDenied;
  }

  /** A flag costs more than all the rest of this: it is asked only where it makes a difference. */
  #decide(customerId?: string): Phase {
    const { old, readOld, readNew } = this.#decided;
    if (old === readOld && readOld === readNew) return old;
    if (!this.#flags.isEnabled('orders.dual-write')) return old;
    if (customerId === undefined || readOld === readNew) return readOld;
    return this.#flags.isEnabled('orders.read-new', customerId) ? readNew : readOld;
  }

  #phasesInFlight(): Phase[] {
    return [...this.#inFlight].filter(([, count]) => count > 0).map(([phase]) => phase);
  }
}

/** The phase for each thing that the flags can propose. */
interface DecidedPhases {
  readonly old: Phase;
  readonly readOld: Phase;
  readonly readNew: Phase;
}

/** @throws {ReleaseCannotRunError} when release and schema have no phase in common. */
function decideAll(release: Release, schema: SchemaState): DecidedPhases {
  return {
    old: decidePhase(release, schema, { dualWrite: false, readNew: false }),
    readOld: decidePhase(release, schema, { dualWrite: true, readNew: false }),
    readNew: decidePhase(release, schema, { dualWrite: true, readNew: true }),
  };
}
