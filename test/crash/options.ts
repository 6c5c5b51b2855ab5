import type { ReleaseName } from '../../src/releases.ts';
import type { PlantName } from './plant.ts';

export interface Profile {
  readonly seconds: number;
  /** Fewer would show too little. */
  readonly leastKills: number;
}

export const quick: Profile = { seconds: 60, leastKills: 12 };

/** One kill every two seconds is the aim; a machine that starts replicas slowly has fewer to kill. */
export function profileOf(minutes: number): Profile {
  return { seconds: minutes * 60, leastKills: minutes * 10 };
}

export const killEveryMs = 2_000;

/** What the four replicas are, and the release whose installation leaves their schema. */
export interface Crew {
  readonly releases: readonly [ReleaseName, ReleaseName, ReleaseName, ReleaseName];
  readonly schemaOf: ReleaseName;
}

/** A release by its name, or two of them side by side in the middle of the schema change. */
export function crewOf(release: ReleaseName | 'mixed'): Crew {
  if (release === 'mixed') return { releases: ['1.0', '2.0', '1.0', '2.0'], schemaOf: '2.0' };
  return { releases: [release, release, release, release], schemaOf: release };
}

export interface CrashOptions {
  readonly profile: Profile;
  readonly crew: Crew;
  readonly clients: number;
  readonly seed: number;
  readonly plant: PlantName | undefined;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}
