import type { Candidate } from '../candidates/candidate.ts';
import type { Change } from '../changes/change.ts';
import type { RunContext, Strategy } from './context.ts';
import { flagsReach, setFlag } from './flags.ts';
import { moveReadsStep } from './move-reads.ts';
import { placeProofOrder } from './proof-order.ts';
import {
  backfillStep,
  brownoutStep,
  contractStep,
  expandStep,
  forceStep,
  lintRefusesStep,
  verifyStep,
} from './schema-steps.ts';
import { pause } from './wait.ts';

export type Outcome = 'released' | 'rolled-back';

/** One chapter of a run. `rolled-back` ends the run there. */
export interface Step {
  readonly title: string;
  readonly run: (context: RunContext) => Promise<Outcome>;
}

interface Plan {
  readonly change: Change;
  readonly strategy: Strategy;
  readonly candidate: Candidate;
}

/** The steps of a candidate's rollout, in their order. */
export function stepsOf(plan: Plan): Step[] {
  return stepsUpTo[plan.candidate.upTo](plan);
}

function rollStep({ strategy, change, candidate }: Plan, from: string, to: string): Step {
  const { faults, fromFaults } = candidate;
  const flags = Object.keys(candidate.flags(change));
  return {
    title: `${strategy.name} ${from} → ${to}`,
    run: (context) => strategy.roll(context, { from, to, faults, fromFaults, flags }),
  };
}

/** The behaviour that a release brings is switched on before: the releases before it ignore it. */
function behaviourSteps({ candidate, change }: Plan): Step[] {
  const settings = Object.entries(candidate.flags(change));
  if (settings.length === 0) return [];
  return [
    {
      title: `flags of the new behaviour on: ${settings.map(([name]) => name).join(', ')}`,
      async run(context) {
        for (const [name, setting] of settings) await setFlag(context, name, setting);
        await flagsReach(context);
        return 'released';
      },
    },
  ];
}

function dualWriteStep({ expand, flags: { dualWrite, shadowCompare } }: Change): Step {
  return {
    title: `dual write on: ${expand} writes both shapes`,
    async run(context) {
      await setFlag(context, dualWrite, { enabled: true, rollout: 100 });
      await setFlag(context, shadowCompare, { enabled: true, rollout: 20 });
      await flagsReach(context);
      return 'released';
    },
  };
}

const holdStep: Step = {
  title: 'hold: the shop under load, and nothing is rolled out',
  async run({ profile, signal }) {
    await pause(profile.holdDownMs, signal);
    return 'released';
  },
};

const stepsUpTo: Readonly<Record<Candidate['upTo'], (plan: Plan) => Step[]>> = {
  expand: firstReleaseSteps,
  contract: wholeChangeSteps,
  'in-place': (plan) => [
    lintRefusesStep,
    forceStep,
    rollStep(plan, plan.change.from, plan.change.contract),
  ],
  nothing: () => [holdStep],
};

/** The first release of the change only. */
function firstReleaseSteps(plan: Plan): Step[] {
  const { from, expand } = plan.change;
  return [
    expandStep(expand, 'expand: new columns beside the old ones'),
    ...behaviourSteps(plan),
    rollStep(plan, from, expand),
  ];
}

/** The whole change, from the release before it to the one that contracts. */
function wholeChangeSteps(plan: Plan): Step[] {
  const { change, strategy } = plan;
  const { expand, relax, contract } = change;
  return [
    ...firstReleaseSteps(plan),
    dualWriteStep(change),
    backfillStep,
    verifyStep('verify: both shapes of every row'),
    moveReadsStep(strategy),
    expandStep(relax, 'relax: the old columns may be empty'),
    rollStep(plan, expand, relax),
    verifyStep('verify again: nobody writes the old columns any more'),
    brownoutStep,
    contractStep,
    rollStep(plan, relax, contract),
    { title: change.proof.title, run: placeProofOrder },
  ];
}
