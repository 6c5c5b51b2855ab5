import { epochMs } from '../metrics/clock.ts';
import { countSoFar, watch } from '../strategies/watch.ts';
import type { Strategy } from './context.ts';
import { flagsOff, flagsReach, setFlag } from './flags.ts';
import type { Step } from './steps.ts';

/**
 * Moves the reads to the new columns by flag. The customers with the flag are judged against those
 * without it: one release, the same replicas, the same seconds.
 */
export function moveReadsStep(strategy: Strategy): Step {
  return {
    title: 'reads move to the new columns, cohort by cohort',
    async run(context) {
      const { expand, flags } = context.change;
      const asked = { rollFrom: epochMs(), before: await countSoFar(context) };
      for (const share of strategy.readShares(context.profile)) {
        await setFlag(context, flags.readNew, { enabled: true, rollout: share });
        await flagsReach(context);
        const verdict = await watch(context, {
          step: `reads of ${expand} at ${share} %`,
          canary: { release: expand, variant: true },
          stable: { release: expand, variant: false },
          besides: share < 100,
          ...asked,
        });
        if (verdict.verdict === 'pass') continue;
        await flagsOff(context, [flags.readNew]);
        return 'rolled-back';
      }
      return 'released';
    },
  };
}
