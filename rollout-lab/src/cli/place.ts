import { readComposeConfig } from '../compose/config.ts';
import { composeWorld } from '../compose/world.ts';
import type { RunOptions } from '../run/run-options.ts';
import { createWorld } from '../world/world.ts';

interface Place extends Pick<RunOptions, 'createWorld' | 'replicas'> {
  /** The shop goes on when a run is over, and can be looked at before one. */
  readonly staysOpen: boolean;
}

/** Where runs take place: in processes of this machine, or in the containers of docker-compose.yml. */
export function placeOf(env: NodeJS.ProcessEnv): Place {
  const compose = readComposeConfig(env);
  if (compose === null) return { createWorld, replicas: 4, staysOpen: false };
  return { createWorld: composeWorld(compose), replicas: compose.replicas, staysOpen: true };
}
