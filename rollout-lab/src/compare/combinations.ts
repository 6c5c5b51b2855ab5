import { candidates } from '../candidates/index.ts';
import { indexBelow, randomOf } from '../load/random.ts';
import type { WayBack } from '../run/context.ts';
import { strategies } from '../strategies/index.ts';

/** What a run of the comparison is about, by the names of its parts. */
export interface Combination {
  readonly strategy: string;
  readonly candidate: string;
  readonly goBackBy: WayBack;
}

export interface PlannedRun extends Combination {
  /** From 1. */
  readonly round: number;
  /** The seed of its load: the same for all runs of a round, another in each round. */
  readonly seed: string;
  /** Names its folder: `1-canary-failing`. */
  readonly id: string;
}

/** A list of combinations names something that there is not. */
export class UnknownCombinationError extends Error {
  constructor(name: string) {
    const known = [...strategies, ...candidates].map((row) => row.name).join(', ');
    super(`there is no "${name}"; it takes ${known}, or a pair such as canary:failing`);
    this.name = 'UnknownCombinationError';
  }
}

/** How a combination is written: `canary:failing`, `canary:failing:weight`. */
export function nameOf({ strategy, candidate, goBackBy }: Combination): string {
  return [strategy, candidate, ...(goBackBy === 'flag' ? [] : [goBackBy])].join(':');
}

/** Every strategy with every candidate, and what a canary is worth that goes back by weight alone. */
const all: readonly Combination[] = [
  ...strategies.flatMap(({ name: strategy }) =>
    candidates.map(({ name: candidate }) => ({ strategy, candidate, goBackBy: 'flag' }) as const),
  ),
  { strategy: 'canary', candidate: 'failing', goBackBy: 'weight' },
];

/**
 * The combinations that a list of strategies, candidates and pairs asks for; all without one.
 *
 * @throws {UnknownCombinationError}
 */
export function combinations(only?: string): Combination[] {
  if (only === undefined) return [...all];
  const asked = new Set(only.split(',').flatMap((part) => matching(part.trim())));
  return all.filter((combination) => asked.has(combination));
}

function matching(asked: string): Combination[] {
  const found = all.filter((combination) => {
    const { strategy, candidate } = combination;
    const names = [strategy, candidate, `${strategy}:${candidate}`, nameOf(combination)];
    return names.includes(asked);
  });
  if (found.length === 0) throw new UnknownCombinationError(asked);
  return found;
}

/**
 * All runs in their order: round by round, each in an order of its own that the seed decides, so
 * that what changes with the hour changes for every strategy.
 */
export function planOf(
  list: readonly Combination[],
  { repeat, seed }: { readonly repeat: number; readonly seed: string },
): PlannedRun[] {
  return Array.from({ length: repeat }, (_, i) => i + 1).flatMap((round) =>
    shuffled(list, `${seed}:order`, round).map((combination) => ({
      ...combination,
      round,
      seed: round === 1 ? seed : `${seed}.${round}`,
      id: `${round}-${nameOf(combination).replaceAll(':', '-')}`,
    })),
  );
}

/** Fisher and Yates, in Durstenfeld's version. */
function shuffled<T>(list: readonly T[], seed: string, round: number): T[] {
  const random = randomOf(seed, round);
  const order = [...list];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = indexBelow(random, i + 1);
    const [a, b] = [order[i], order[j]];
    if (a === undefined || b === undefined) throw new RangeError(`no place ${i} or ${j}`);
    [order[i], order[j]] = [b, a];
  }
  return order;
}
