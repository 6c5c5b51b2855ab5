import type { Pool } from './types.ts';

/** The port that the router was to listen on is taken. */
export class PortTakenError extends Error {
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} is taken`);
    this.name = 'PortTakenError';
    this.port = port;
  }
}

/** Pools that the router cannot serve; `problems` names every fault. */
export class RouterConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the pools cannot be routed: ${problems.join('; ')}`);
    this.name = 'RouterConfigError';
    this.problems = problems;
  }
}

/** Throws RouterConfigError. */
export function validatePools(pools: readonly Pool[]): void {
  const problems: string[] = [];
  if (pools.length > 2) problems.push(`${pools.length} pools: at most 2 are allowed`);
  for (const { release, weight } of pools) {
    if (!(weight >= 0 && weight <= 100))
      problems.push(`weight of ${release} is ${weight}: allowed is 0 to 100`);
  }
  const ids = pools.flatMap(({ replicas }) => replicas.map(({ id }) => id));
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
    problems.push(`replica ${id} is named twice`);
  if (problems.length > 0) throw new RouterConfigError(problems);
}
