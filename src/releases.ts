import type { Phase } from './schema-change/phases/phases.ts';

/** The shapes that the database goes through, oldest first. */
export const schemaStates = ['baseline', 'expanded', 'relaxed', 'contracted'] as const;
export type SchemaState = (typeof schemaStates)[number];

/** The releases that stand side by side in this repository, oldest first. */
export const releaseNames = ['1.0', '2.0', '3.0', '4.0', '5.0', '6.0', '7.0'] as const;
export type ReleaseName = (typeof releaseNames)[number];

/** What the code of a release can do with one change of the schema. */
export interface ReleaseInChange {
  /** The phases its code can be in; which one it is in, flags and schema decide. */
  readonly phases: readonly [Phase['name'], ...Phase['name'][]];
  /** The states of the change that it runs on. */
  readonly runsOn: readonly SchemaState[];
}

export interface Release {
  readonly name: ReleaseName;
  /** The change whose steps it ships; null for the release that came before the first. */
  readonly ships: string | null;
  /** What it can do with each change, by name; one that it has not heard of: see `inChange`. */
  readonly changes: Readonly<Record<string, ReleaseInChange>>;
  /** Migrations that `expand --release` applies, by file name without suffix. */
  readonly expand: readonly string[];
  /** Migrations that only `contract --release` applies, behind the gate. */
  readonly contract: readonly string[];
  /** Whether answers carry `amount: {minor, currency}` beside the deprecated decimal `total`. */
  readonly answersMinorUnits: boolean;
  readonly currencies: readonly string[];
  /** Whether `shipTo: {street, …}` is taken and answered beside the deprecated `shippingAddress`. */
  readonly answersShipTo: boolean;
  /** Whether a part of an address may have a comma in it, which the old column could not hold. */
  readonly takesCommas: boolean;
  /** Version of the shape it keeps in the cache; part of every cache key. */
  readonly cacheShape: number;
}

/** A release that is older than a change: it uses the old shape, whatever stands beside it. */
const untouched: ReleaseInChange = { phases: ['old'], runsOn: ['baseline', 'expanded'] };

/** A release that ships the end of a change, or is younger. */
const complete: ReleaseInChange = { phases: ['new'], runsOn: ['contracted'] };

/**
 * Everything in which the releases differ. In a company these are successive commits; here they
 * are rows, so that any two of them can run beside each other on one database.
 */
const table: readonly Release[] = [
  {
    name: '1.0',
    ships: null,
    changes: {},
    expand: ['0001_expand_baseline'],
    contract: [],
    answersMinorUnits: false,
    currencies: ['USD'],
    answersShipTo: false,
    takesCommas: false,
    cacheShape: 1,
  },
  {
    name: '2.0',
    ships: 'minor-units',
    changes: {
      'minor-units': {
        phases: ['old', 'dual-read-old', 'dual-read-new'],
        runsOn: ['expanded', 'relaxed'],
      },
    },
    expand: ['0002_expand_minor_units'],
    contract: [],
    answersMinorUnits: true,
    currencies: ['USD'],
    answersShipTo: false,
    takesCommas: false,
    cacheShape: 2,
  },
  {
    name: '3.0',
    ships: 'minor-units',
    changes: { 'minor-units': { phases: ['new'], runsOn: ['relaxed', 'contracted'] } },
    expand: ['0003_expand_relax_decimal_money', '0004_expand_validate_minor_units'],
    contract: [],
    answersMinorUnits: true,
    currencies: ['USD'],
    answersShipTo: false,
    takesCommas: false,
    cacheShape: 2,
  },
  {
    name: '4.0',
    ships: 'minor-units',
    changes: { 'minor-units': complete },
    expand: [],
    contract: ['0005_contract_drop_decimal_money'],
    answersMinorUnits: true,
    currencies: ['USD', 'EUR', 'JPY', 'KWD'],
    answersShipTo: false,
    takesCommas: false,
    cacheShape: 2,
  },
  {
    name: '5.0',
    ships: 'shipping-address',
    changes: {
      'minor-units': complete,
      'shipping-address': {
        phases: ['old', 'dual-read-old', 'dual-read-new'],
        runsOn: ['expanded', 'relaxed'],
      },
    },
    expand: ['0006_expand_split_address'],
    contract: [],
    answersMinorUnits: true,
    currencies: ['USD', 'EUR', 'JPY', 'KWD'],
    answersShipTo: true,
    takesCommas: false,
    cacheShape: 3,
  },
  {
    name: '6.0',
    ships: 'shipping-address',
    changes: {
      'minor-units': complete,
      'shipping-address': { phases: ['new'], runsOn: ['relaxed', 'contracted'] },
    },
    expand: [
      '0007_expand_relax_address',
      '0008_expand_validate_address',
      '0009_expand_index_ship_country',
    ],
    contract: [],
    answersMinorUnits: true,
    currencies: ['USD', 'EUR', 'JPY', 'KWD'],
    answersShipTo: true,
    takesCommas: false,
    cacheShape: 3,
  },
  {
    name: '7.0',
    ships: 'shipping-address',
    changes: { 'minor-units': complete, 'shipping-address': complete },
    expand: [],
    contract: ['0010_contract_drop_address'],
    answersMinorUnits: true,
    currencies: ['USD', 'EUR', 'JPY', 'KWD'],
    answersShipTo: true,
    takesCommas: true,
    cacheShape: 3,
  },
];

export const releases: ReadonlyMap<ReleaseName, Release> = new Map(table.map((r) => [r.name, r]));

/** Every version of the cached shape that some release may still read. */
export const liveCacheShapes: readonly number[] = [...new Set(table.map((r) => r.cacheShape))];

export function isReleaseName(text: string): text is ReleaseName {
  return (releaseNames as readonly string[]).includes(text);
}

/** @throws {Error} when the table has no such row, which the types exclude. */
export function releaseOf(name: ReleaseName): Release {
  const release = releases.get(name);
  if (release === undefined) throw new Error(`no release ${name} in the table of releases`);
  return release;
}

/** Negative when `a` is older than `b`, 0 when they are the same, positive otherwise. */
export function compareReleases(a: ReleaseName, b: ReleaseName): number {
  return releaseNames.indexOf(a) - releaseNames.indexOf(b);
}

/** Whether flags decide which of several phases a request has in a change. */
export function hasChoice(release: Release, change: string): boolean {
  return inChange(release, change).phases.length > 1;
}

/** What a release can do with a change; one that is younger than the release it leaves alone. */
export function inChange(release: Release, change: string): ReleaseInChange {
  return release.changes[change] ?? untouched;
}
