import { compareReleases, type ReleaseName, releaseNames, releaseOf } from '../releases.ts';
import { onlyNew } from './change-releases.ts';

/** `install` is for an empty database: everything up to a release, since nobody can be hurt. */
export type Step = 'install' | 'expand' | 'contract';

/** The order of the migrations does not allow this step yet. */
export class StepTooEarlyError extends Error {
  constructor(step: Step, release: ReleaseName, missing: readonly string[]) {
    super(
      `${step} for release ${release} comes later: ${missing.join(', ')} must be applied first; "npm run schema -- status" names the next step`,
    );
    this.name = 'StepTooEarlyError';
  }
}

/** Every migration in the order of its number, with the release and the step it belongs to. */
export const plan = releaseNames.flatMap((release) => {
  const { expand, contract } = releaseOf(release);
  return [
    ...expand.map((name) => ({ name, release, step: 'expand' as const })),
    ...contract.map((name) => ({ name, release, step: 'contract' as const })),
  ];
});

type Planned = (typeof plan)[number];

/** Which migrations a step of a release asks for. Contract: its own, and nobody else's. */
const asksFor: Readonly<Record<Step, (migration: Planned, release: ReleaseName) => boolean>> = {
  install: (migration, release) => compareReleases(migration.release, release) <= 0,
  expand: (migration, release) =>
    migration.step === 'expand' && compareReleases(migration.release, release) <= 0,
  contract: (migration, release) => migration.step === 'contract' && migration.release === release,
};

/** What a step of a release would apply to a database that has `applied`, in order. */
export function pendingFor(step: Step, release: ReleaseName, applied: readonly string[]): string[] {
  return plan
    .filter((migration) => asksFor[step](migration, release) && !applied.includes(migration.name))
    .map((migration) => migration.name);
}

/**
 * The change whose old columns a list of migrations lets be NULL, from where on an older release
 * cannot come back; null when none of them does. That is what the first expand migration does of a
 * release that has no code for the old shape any more.
 */
export function changeRelaxedBy(names: readonly string[]): string | null {
  for (const name of releaseNames) {
    const release = releaseOf(name);
    const { ships, expand } = release;
    const [first] = expand;
    if (ships === null || first === undefined || !names.includes(first)) continue;
    if (onlyNew(release, ships)) return ships;
  }
  return null;
}

/** The release whose expand comes next in a database that has `applied`, or was the last. */
export function nextExpand(applied: readonly string[]): ReleaseName {
  const next = plan.find(({ name }) => !applied.includes(name));
  if (next?.step === 'expand') return next.release;
  const last = plan.findLast(({ name, step }) => step === 'expand' && applied.includes(name));
  return last?.release ?? releaseNames[0];
}

/** @throws {StepTooEarlyError} when migrations of another step have to come before the last one. */
export function assertInOrder(
  options: { step: Step; release: ReleaseName },
  pending: readonly string[],
  applied: readonly string[],
): void {
  const last = plan.findIndex((migration) => migration.name === pending.at(-1));
  const missing = plan
    .slice(0, last)
    .map((migration) => migration.name)
    .filter((name) => !applied.includes(name) && !pending.includes(name));
  if (missing.length > 0) throw new StepTooEarlyError(options.step, options.release, missing);
}
