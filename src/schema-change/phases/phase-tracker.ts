import type { Flags } from '../../platform/flags/flags.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { sqlState } from '../../platform/postgres/postgres.ts';
import type { Release, SchemaState } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import type { Schema } from '../schema-state.ts';
import { stateOf } from '../schema-state.ts';
import { ChangePhases } from './change-phases.ts';
import type { Phase, Phases } from './phases.ts';
import type { ShadowOutcome } from './shadow.ts';
import { oldestOf, type Usage, UseCounter } from './usage.ts';

const insufficientPrivilege = '42501';

export interface TrackerOptions<Name extends string> {
  readonly changes: readonly SchemaChange<Name>[];
  readonly release: Release;
  readonly schema: Schema;
  readonly flags: Flags;
  readonly metrics: Metrics;
  /** What this replica makes of a phase; itself, unless it was made wrong on purpose. */
  readonly asMade?: (phase: Phase) => Phase;
}

/** One change, as far as this replica is concerned. */
interface Tracked {
  readonly phases: ChangePhases;
  readonly use: UseCounter;
}

/**
 * Decides the phases of each request, once, and keeps count of what they touch. The counts are the
 * evidence that the contract gate goes by.
 */
export class PhaseTracker<Name extends string = string> {
  readonly #tracked: ReadonlyMap<Name, Tracked>;
  readonly #flags: Flags;
  readonly #metrics: Metrics;
  /** Each combination of phases is one object, by which statements and counts are found again. */
  readonly #combinations = new Map<string, Phases<Name>>();
  readonly #inFlight = new Map<Phases<Name>, number>();
  #rightsDenied = 0;

  /** @throws {NoCommonPhaseError} when release and schema have no phase in common. */
  constructor({ changes, release, schema, flags, metrics, asMade }: TrackerOptions<Name>) {
    this.#tracked = new Map(
      changes.map((change) => {
        const state = stateOf(schema, change.name);
        const phases = new ChangePhases({ change, release, flags, asMade }, state);
        return [change.name, { phases, use: new UseCounter() }];
      }),
    );
    this.#flags = flags;
    this.#metrics = metrics;
    // `rate()` does not see a series whose first value is 1: each begins as 0.
    for (const { name: change } of changes) {
      for (const counter of [
        metrics.oldColumnReads,
        metrics.oldColumnWrites,
        metrics.shadowCompared,
      ])
        counter.inc({ change }, 0);
      for (const kind of ['unfilled', 'different'])
        metrics.shadowMismatches.inc({ change, kind }, 0);
    }
  }

  /** What the heartbeat learned of the schema; requests decided from now on follow it. */
  schemaIs(schema: Schema): void {
    for (const [name, { phases }] of this.#tracked) phases.schemaIs(stateOf(schema, name));
  }

  /** For whoever watches: each change as last heard of, and the oldest phase given on it now. */
  current(): {
    readonly change: Name;
    readonly schema: SchemaState;
    readonly oldestPhase: Phase;
  }[] {
    return [...this.#tracked].map(([change, { phases }]) => ({
      change,
      schema: phases.schema,
      oldestPhase: phases.decide(),
    }));
  }

  /** The phases for one customer's request. `leave` must be called when the request has ended. */
  enter(customerId: string): { phases: Phases<Name>; leave: () => void } {
    const phases = this.#decide(customerId);
    this.#inFlight.set(phases, (this.#inFlight.get(phases) ?? 0) + 1);
    for (const name of this.#tracked.keys()) {
      this.#metrics.phaseRequests.inc({ change: name, phase: phases[name].name });
    }
    let left = false;
    return {
      phases,
      leave: () => {
        if (left) return;
        left = true;
        this.#inFlight.set(phases, (this.#inFlight.get(phases) ?? 1) - 1);
      },
    };
  }

  /** Whether this read of a customer shall read both shapes. Only where both are there. */
  shadows(phases: Phases<Name>, change: Name, customerId: string): boolean {
    if (phases[change].fallsBackTo === null) return false;
    const { shadowCompare } = this.#of(change).phases.change.flags;
    return this.#flags.isEnabled(shadowCompare, customerId);
  }

  /** A statement reads columns of these changes. */
  didRead(phases: Phases<Name>, changes: readonly Name[]): void {
    for (const change of changes) {
      if (this.#of(change).use.didRead(phases[change]))
        this.#metrics.oldColumnReads.inc({ change });
    }
  }

  /** A statement writes columns of these changes. */
  didWrite(phases: Phases<Name>, changes: readonly Name[]): void {
    for (const change of changes) {
      if (this.#of(change).use.didWrite(phases[change])) {
        this.#metrics.oldColumnWrites.inc({ change });
      }
    }
  }

  didCompare(change: Name, outcome: ShadowOutcome): void {
    this.#metrics.shadowCompared.inc({ change });
    if (outcome !== 'same') this.#metrics.shadowMismatches.inc({ change, kind: outcome });
  }

  /** Looks at a failure of a request: a refused right during a brownout is evidence. */
  didFail(error: unknown): void {
    if (sqlState(error) !== insufficientPrivilege) return;
    this.#rightsDenied += 1;
    this.#metrics.rightsDenied.inc();
  }

  /** What happened since the last call. The oldest phase counts requests still in flight. */
  takeUsage(): Usage {
    const inFlight = [...this.#inFlight].filter(([, count]) => count > 0).map(([p]) => p);
    const changes = [...this.#tracked].map(([name, { phases, use }]) => {
      const oldestPhase = oldestOf([phases.decide(), ...inFlight.map((p) => p[name])]);
      return [name, { oldestPhase, ...use.take() }] as const;
    });
    const usage = { changes: new Map(changes), rightsDenied: this.#rightsDenied };
    this.#rightsDenied = 0;
    return usage;
  }

  /** Counts again what could not be reported. */
  giveBack({ changes, rightsDenied }: Usage): void {
    for (const [name, { use }] of this.#tracked) {
      const usage = changes.get(name);
      if (usage !== undefined) use.giveBack(usage);
    }
    this.#rightsDenied += rightsDenied;
  }

  #decide(customerId: string): Phases<Name> {
    const decided = [...this.#tracked].map(
      ([name, { phases }]) => [name, phases.decide(customerId)] as const,
    );
    const key = decided.map(([, phase]) => phase.name).join();
    const known = this.#combinations.get(key);
    if (known !== undefined) return known;
    const phases = Object.fromEntries(decided) as Phases<Name>;
    this.#combinations.set(key, phases);
    return phases;
  }

  #of(change: Name): Tracked {
    const tracked = this.#tracked.get(change);
    if (tracked === undefined) throw new Error(`no change ${change} is tracked`);
    return tracked;
  }
}
