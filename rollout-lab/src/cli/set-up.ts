import { candidates } from '../candidates/index.ts';
import { changes } from '../changes/index.ts';
import { loadThresholds, thresholdsFile } from '../judge/thresholds.ts';
import { plants } from '../run/plant.ts';
import { profiles } from '../run/profile.ts';
import type { RunResult } from '../run/result.ts';
import type { RunOptions } from '../run/run-options.ts';
import { strategies } from '../strategies/index.ts';
import { named, type RunFlags } from './options.ts';
import { writePart } from './result-folder.ts';

/** Customers: 1 % of them still send enough for a verdict in some seconds. */
const customers = 2_000;
const replicas = 4;

/** The run that the options of a command ask for. */
export function setUp(
  flags: RunFlags,
  surroundings: Pick<RunOptions, 'feed' | 'control' | 'display' | 'signal'>,
): RunOptions {
  const { out } = flags;
  return {
    strategy: named(strategies, flags.strategy),
    candidate: named(candidates, flags.candidate),
    change: named(changes, flags.change),
    profile: flags.quick ? profiles[flags.quickProfile ?? 'quick'] : profiles.full,
    thresholds: loadThresholds(thresholdsFile),
    plant: flags.plant === undefined ? null : named(plants, flags.plant),
    rate: flags.rate,
    seedOrders: flags.seedOrders,
    seed: flags.seed,
    port: flags.port,
    goBackBy: flags.goBack,
    costPerHour: flags.costPerHour,
    customers,
    replicas,
    ...surroundings,
    ...(out !== undefined && { onPart: (part: RunResult) => writePart(out, part) }),
  };
}
