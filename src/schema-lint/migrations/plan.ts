/** A migration as the rules know it: what it may do depends on its step and its release. */
export interface PlannedMigration {
  readonly name: string;
  readonly step: 'expand' | 'contract';
  /** Null where no table of releases lists it: the rules about releases are left out then. */
  readonly release: string | null;
  /**
   * An older release that had stopped using what this one takes away: its code knows the new
   * shape alone. Null when there is none.
   */
  readonly stoppedIn: string | null;
}

/** What the project says of its migrations, as data. */
export interface Plan {
  /** In the order in which they are applied; null for a folder that no releases list. */
  readonly migrations: readonly PlannedMigration[] | null;
  /** `table.column` of every old shape: what brownout and gate look after. */
  readonly oldColumns: ReadonlySet<string>;
}

const wellNamed = /^(?<number>\d{4})_(?<step>expand|contract)_[a-z0-9_]+$/;

export interface NameParts {
  readonly number: number;
  readonly step: 'expand' | 'contract';
}

/** Null when the name is not `NNNN_<expand|contract>_<what>`. */
export function partsOf(name: string): NameParts | null {
  const groups = wellNamed.exec(name)?.groups;
  if (groups === undefined) return null;
  return {
    number: Number(groups.number),
    step: groups.step === 'contract' ? 'contract' : 'expand',
  };
}

/** A migration that no release lists goes by its name; expand has the stricter rules. */
export function unlisted(name: string): PlannedMigration {
  return { name, step: partsOf(name)?.step ?? 'expand', release: null, stoppedIn: null };
}
