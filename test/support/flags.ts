import type { FlagDefinition } from '@scaleretail/embedded/flag-server';
import { changes } from '../../src/changes/changes.ts';

/** What the flags of every change are set to; a share is in percent. */
export interface FlagSettings {
  readonly dualWrite: boolean;
  /** Of the customers. */
  readonly readNew: number;
  /** Of the reads. */
  readonly shadowCompare: number;
}

/** The flags of all changes, alike. */
export function flagsOfChanges(to: FlagSettings): FlagDefinition[] {
  return changes.flatMap(({ flags }) => [
    { name: flags.dualWrite, enabled: to.dualWrite, rollout: 100 },
    { name: flags.readNew, enabled: to.readNew > 0, rollout: to.readNew || 100 },
    {
      name: flags.shadowCompare,
      enabled: to.shadowCompare > 0,
      rollout: to.shadowCompare || 100,
      stickiness: 'random' as const,
    },
  ]);
}
