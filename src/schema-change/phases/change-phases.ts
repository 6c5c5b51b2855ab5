import type { Flags } from '../../platform/flags/flags.ts';
import { inChange, type Release, type SchemaState } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { decidePhase, type FlagProposal, type Phase } from './phases.ts';

/** The phase for each thing that the flags can propose. */
interface DecidedPhases {
  readonly old: Phase;
  readonly readOld: Phase;
  readonly readNew: Phase;
}

interface ChangePhasesOptions {
  readonly change: SchemaChange;
  readonly release: Release;
  readonly flags: Flags;
  /** What this replica makes of a phase: see TrackerOptions. */
  readonly asMade: ((phase: Phase) => Phase) | undefined;
}

/** The phases of one change, as one release on the present schema can have them. */
export class ChangePhases {
  readonly change: SchemaChange;
  readonly #release: Release;
  readonly #flags: Flags;
  readonly #asMade: (phase: Phase) => Phase;
  #schema: SchemaState;
  #decided: DecidedPhases;

  /** @throws {NoCommonPhaseError} when release and schema have no phase in common. */
  constructor(
    { change, release, flags, asMade = (phase) => phase }: ChangePhasesOptions,
    schema: SchemaState,
  ) {
    this.change = change;
    this.#release = release;
    this.#flags = flags;
    this.#asMade = asMade;
    this.#schema = schema;
    this.#decided = this.#decideAll(schema);
  }

  get schema(): SchemaState {
    return this.#schema;
  }

  /** @throws {NoCommonPhaseError} as the constructor does. */
  schemaIs(state: SchemaState): void {
    if (state === this.#schema) return;
    this.#decided = this.#decideAll(state);
    this.#schema = state;
  }

  /**
   * The phase for a customer; for nobody, the oldest that anybody is given.
   *
   * A flag costs more than all the rest of this: it is asked only where it makes a difference.
   */
  decide(customerId?: string): Phase {
    const { old, readOld, readNew } = this.#decided;
    const { dualWrite, readNew: readNewFlag } = this.change.flags;
    if (old === readOld && readOld === readNew) return old;
    if (!this.#flags.isEnabled(dualWrite)) return old;
    if (customerId === undefined || readOld === readNew) return readOld;
    return this.#flags.isEnabled(readNewFlag, customerId) ? readNew : readOld;
  }

  #decideAll(schema: SchemaState): DecidedPhases {
    const release = inChange(this.#release, this.change.name);
    const made = new Map<Phase, Phase>();
    const decide = (proposed: FlagProposal) => {
      const phase = decidePhase(release, schema, proposed);
      const known = made.get(phase) ?? this.#asMade(phase);
      made.set(phase, known);
      return known;
    };
    return {
      old: decide({ dualWrite: false, readNew: false }),
      readOld: decide({ dualWrite: true, readNew: false }),
      readNew: decide({ dualWrite: true, readNew: true }),
    };
  }
}
