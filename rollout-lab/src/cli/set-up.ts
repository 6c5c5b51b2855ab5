import { candidates } from '../candidates/index.ts';
import { nothing } from '../candidates/nothing.ts';
import { changes } from '../changes/index.ts';
import { loadThresholds, thresholdsFile } from '../judge/thresholds.ts';
import { plants } from '../run/plant.ts';
import { type Profile, profiles } from '../run/profile.ts';
import type { RunResult } from '../run/result.ts';
import type { RunOptions } from '../run/run-options.ts';
import { strategies } from '../strategies/index.ts';
import { companionOf } from './companion.ts';
import { named, type RunFlags } from './options.ts';
import { placeOf } from './place.ts';
import { writePart } from './result-folder.ts';

/** Customers: 1 % of them still send enough for a verdict in some seconds. */
const customers = 2_000;

function profileOf({ quick, quickProfile, hold }: RunFlags): Profile {
  const profile = quick ? profiles[quickProfile ?? 'quick'] : profiles.full;
  return hold === undefined ? profile : { ...profile, holdDownMs: hold * 1_000 };
}

/** The run that the options of a command ask for. */
export function setUp(
  flags: RunFlags,
  surroundings: Pick<RunOptions, 'feed' | 'control' | 'display' | 'signal'>,
): RunOptions {
  const { out } = flags;
  const { createWorld, replicas } = placeOf(process.env);
  return {
    strategy: named(strategies, flags.strategy),
    candidate: flags.hold === undefined ? named(candidates, flags.candidate) : nothing,
    change: named(changes, flags.change),
    profile: profileOf(flags),
    thresholds: loadThresholds(thresholdsFile),
    plant: flags.plant === undefined ? null : named(plants, flags.plant),
    rate: flags.rate,
    seedOrders: flags.seedOrders,
    seed: flags.seed,
    port: flags.port,
    goBackBy: flags.goBack,
    costPerHour: flags.costPerHour,
    customers,
    createWorld,
    replicas,
    ...surroundings,
    ...(flags.companion && { companion: companionOf(process, surroundings.signal) }),
    ...(out !== undefined && { onPart: (part: RunResult) => writePart(out, part) }),
  };
}
