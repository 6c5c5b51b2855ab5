import type { ReleaseInChange, SchemaState } from '../../releases.ts';

/** Which of the two shapes a statement touches. */
export type Shape = 'old' | 'new';

/** What a replica reads and writes while the change is under way. */
export interface Phase {
  readonly name: 'old' | 'dual-read-old' | 'dual-read-new' | 'new';
  readonly writes: readonly Shape[];
  readonly reads: Shape;
  /** The shape read where the first one is NULL. */
  readonly fallsBackTo: Shape | null;
  /** Phases that other replicas may be in on the same rows at the same time. */
  readonly safeBeside: readonly Phase['name'][];
  /** What a value becomes on its way into the new shape, in SQL: of a release made wrong on purpose. */
  readonly intoNew?: (value: string) => string;
}

/** The phase of a request in each of several changes, by name. */
export type Phases<Change extends string = string> = Readonly<Record<Change, Phase>>;

/** In the order in which a change goes through them. */
export const phases: readonly Phase[] = [
  {
    name: 'old',
    writes: ['old'],
    reads: 'old',
    fallsBackTo: null,
    safeBeside: ['dual-read-old', 'dual-read-new'],
  },
  {
    name: 'dual-read-old',
    writes: ['old', 'new'],
    reads: 'old',
    fallsBackTo: 'new',
    safeBeside: ['old', 'dual-read-new', 'new'],
  },
  {
    name: 'dual-read-new',
    writes: ['old', 'new'],
    reads: 'new',
    fallsBackTo: 'old',
    safeBeside: ['old', 'dual-read-old', 'new'],
  },
  {
    name: 'new',
    writes: ['new'],
    reads: 'new',
    fallsBackTo: null,
    safeBeside: ['dual-read-old', 'dual-read-new'],
  },
];

/** The phases that the schema allows in each of its states. */
export const phasesAllowedOn: Readonly<Record<SchemaState, readonly Phase['name'][]>> = {
  baseline: ['old'],
  expanded: ['old', 'dual-read-old', 'dual-read-new'],
  relaxed: ['dual-read-new', 'new'],
  contracted: ['new'],
};

/** What the flags ask for, for one customer. */
export interface FlagProposal {
  readonly dualWrite: boolean;
  readonly readNew: boolean;
}

const rankOf = new Map(phases.map((phase, rank) => [phase.name, rank]));

function rank(name: Phase['name']): number {
  return rankOf.get(name) ?? 0;
}

/** @throws {Error} when there is no phase of that name, which the types exclude. */
export function phaseOf(name: Phase['name']): Phase {
  const phase = phases.find((candidate) => candidate.name === name);
  if (phase === undefined) throw new Error(`no phase ${name}`);
  return phase;
}

/** Reading the new shape without writing it would read holes, so `readNew` alone asks for `old`. */
export function proposedPhase(flags: FlagProposal): Phase['name'] {
  if (!flags.dualWrite) return 'old';
  return flags.readNew ? 'dual-read-new' : 'dual-read-old';
}

/**
 * Flags propose, the schema disposes: the allowed phase nearest to the proposed one, the later of
 * two that are equally near.
 *
 * @throws {NoCommonPhaseError} when release and schema have no phase in common.
 */
export function decidePhase(
  release: Pick<ReleaseInChange, 'phases'>,
  schema: SchemaState,
  flags: FlagProposal,
): Phase {
  const wanted = rank(proposedPhase(flags));
  const allowed = release.phases.filter((name) => phasesAllowedOn[schema].includes(name));
  const [nearest] = allowed.toSorted(
    (a, b) => Math.abs(rank(a) - wanted) - Math.abs(rank(b) - wanted) || rank(b) - rank(a),
  );
  if (nearest === undefined) throw new NoCommonPhaseError(release.phases, schema);
  return phaseOf(nearest);
}

/** A release has no code for what the schema has become, or has not become yet. */
export class NoCommonPhaseError extends Error {
  readonly schema: SchemaState;

  constructor(names: readonly Phase['name'][], schema: SchemaState) {
    super(`schema "${schema}" allows none of the phases ${names.join(', ')}`);
    this.name = 'NoCommonPhaseError';
    this.schema = schema;
  }
}

export function touchesOld(phase: Phase): { reads: boolean; writes: boolean } {
  return {
    reads: phase.reads === 'old' || phase.fallsBackTo === 'old',
    writes: phase.writes.includes('old'),
  };
}

/** Whether rows written in this phase carry the old shape alone: what a backfill must outlive. */
export function writesOldOnly(phase: Phase): boolean {
  return !phase.writes.includes('new');
}
