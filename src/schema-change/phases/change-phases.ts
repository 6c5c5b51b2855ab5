import type { Flags } from '../../platform/flags/flags.ts';
import { inChange, type Release, type SchemaState } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { decidePhase, type Phase } from './phases.ts';

/** The phase for each thing that the flags can propose. */
interface DecidedPhases {
  readonly old: Phase;
  readonly readOld: Phase;
  readonly readNew: Phase;
}

/** The phases of one change, as one release on the present schema can have them. */
export class ChangePhases {
  readonly change: SchemaChange;
  readonly #release: Release;
  readonly #flags: Flags;
  #schema: SchemaState;
  #decided: DecidedPhases;

  /** @throws {NoCommonPhaseError} when release and schema have no phase in common. */
  constructor(change: SchemaChange, release: Release, schema: SchemaState, flags: Flags) {
    this.change = change;
    this.#release = release;
    this.#flags = flags;
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
    return {
      old: decidePhase(release, schema, { dualWrite: false, readNew: false }),
      readOld: decidePhase(release, schema, { dualWrite: true, readNew: false }),
      readNew: decidePhase(release, schema, { dualWrite: true, readNew: true }),
    };
  }
}
