import type { World } from '../harness/world.ts';

/** Something besides the replicas that breaks, at a fraction of the run. */
export interface Incident {
  readonly at: number;
  readonly what: string;
  /** Where no redis-server is installed there is none to break. */
  readonly needsRedis?: true;
  readonly happen: (world: World) => Promise<unknown>;
}

const gatewayCrash = {
  what: 'gateway killed and started again',
  happen: (world: World) => world.gateway.crash(),
};

const incidents: readonly Incident[] = [
  { at: 0.15, ...gatewayCrash },
  {
    at: 0.3,
    what: 'Redis killed',
    needsRedis: true,
    happen: async ({ redis }) => redis?.kill(),
  },
  {
    at: 0.45,
    what: 'Redis started again, empty',
    needsRedis: true,
    happen: async ({ redis }) => redis?.restart(),
  },
  {
    at: 0.6,
    what: 'PostgreSQL shut down with -m immediate, and started again',
    happen: ({ postgres }) => postgres.restart('immediate'),
  },
  { at: 0.8, ...gatewayCrash },
];

/** Those that can happen in this world. */
export function incidentsIn({ redis }: World): readonly Incident[] {
  return incidents.filter(({ needsRedis }) => needsRedis !== true || redis !== undefined);
}
