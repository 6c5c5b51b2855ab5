import type { Change } from '../changes/change.ts';
import { epochMs } from '../metrics/clock.ts';
import { judgeFlag } from '../strategies/judge-step.ts';
import type { RunContext, Strategy } from './context.ts';
import { placeProofOrder } from './proof-order.ts';
import { pause } from './wait.ts';

export type Outcome = 'released' | 'rolled-back';

/** One chapter of a run. `rolled-back` ends the run there. */
export interface Step {
  readonly title: string;
  readonly run: (context: RunContext) => Promise<Outcome>;
}

const lookEveryMs = 500;

function schemaStep(title: string, command: (context: RunContext) => string[]): Step {
  return {
    title,
    async run(context) {
      const tell = (line: string) => {
        if (!line.startsWith('gate ') && line.trim() !== '') context.story.say(line.trimEnd());
      };
      await context.schema(command(context), tell);
      return 'released';
    },
  };
}

function rollStep(strategy: Strategy, from: string, to: string, faults: string): Step {
  return {
    title: `${strategy.name} ${from} → ${to}`,
    run: (context) => strategy.roll(context, { from, to, faults }),
  };
}

function flagsReach(context: RunContext): Promise<void> {
  // Every replica has polled by then, and told so with its next heartbeat.
  const { flagsPollMs, heartbeatMs } = context.profile;
  return pause(2 * flagsPollMs + 2 * heartbeatMs, context.signal);
}

function dualWriteStep({ expand, flags: { dualWrite, shadowCompare } }: Change): Step {
  return {
    title: `dual write on: ${expand} writes both shapes`,
    async run(context) {
      context.flags.set(dualWrite, { enabled: true });
      context.flags.set(shadowCompare, { enabled: true, rollout: 20 });
      context.story.say(`flags ${dualWrite} on, ${shadowCompare} on for 20 % of the reads`);
      await flagsReach(context);
      return 'released';
    },
  };
}

const moveReads: Step = {
  title: 'reads move to the new columns, cohort by cohort',
  async run(context) {
    const { expand, flags } = context.change;
    for (const share of context.profile.readShares) {
      context.flags.set(flags.readNew, { enabled: true, rollout: share });
      await flagsReach(context);
      context.story.say(`${share} % of customers read the new columns`);
      const verdict = await watchFlag(context, `reads of ${expand} at ${share} %`);
      context.onVerdict(verdict);
      if (verdict.verdict === 'pass') continue;
      context.flags.set(flags.readNew, { enabled: false });
      return 'rolled-back';
    }
    return 'released';
  },
};

async function watchFlag(context: RunContext, step: string) {
  const from = epochMs();
  const before = await context.mismatches();
  for (;;) {
    await pause(lookEveryMs, context.signal);
    const mismatches = (await context.mismatches()) - before;
    const verdict = judgeFlag(context, { step, release: context.change.expand, from, mismatches });
    const lasted = epochMs() - from;
    const done = lasted >= context.profile.stepMs / 2 && verdict.verdict === 'pass';
    const late = lasted >= context.profile.longestStepMs;
    if (done || verdict.verdict === 'fail' || late) return verdict;
  }
}

const expandStep = (release: string, title: string) =>
  schemaStep(title, ({ profile }) => [
    'expand',
    '--release',
    release,
    '--window',
    String(profile.windowSeconds),
  ]);

/** It listens to the p99 that the replicas tell of themselves, and holds while that is bad. */
const backfillStep = schemaStep('backfill: fill the new columns of the old rows', ({ fleet }) => [
  'backfill',
  '--metrics',
  fleet
    .replicas()
    .map(({ url }) => `${url}/metrics`)
    .join(','),
]);

const verifyStep = (title: string) => schemaStep(title, () => ['verify']);

/** The whole change, from the release before it to the one that contracts. */
export function healthySteps(change: Change, strategy: Strategy, faults: string): Step[] {
  const { relax, contract } = change;
  return [
    ...firstReleaseSteps(change, strategy, faults),
    dualWriteStep(change),
    backfillStep,
    verifyStep('verify: both shapes of every row'),
    moveReads,
    expandStep(relax, 'relax: the old columns may be empty'),
    rollStep(strategy, change.expand, relax, faults),
    verifyStep('verify again: nobody writes the old columns any more'),
    schemaStep('brownout: no rights on the old columns', ({ profile }) => [
      'brownout',
      '--window',
      String(profile.windowSeconds),
    ]),
    schemaStep('gate and contract: drop the old columns', ({ profile }) => [
      'contract',
      '--window',
      String(profile.windowSeconds),
    ]),
    rollStep(strategy, relax, contract, faults),
    { title: change.proof.title, run: placeProofOrder },
  ];
}

/** The first release of the change only, as the candidate makes it. */
export function firstReleaseSteps(
  { from, expand }: Change,
  strategy: Strategy,
  faults: string,
): Step[] {
  return [
    expandStep(expand, 'expand: new columns beside the old ones'),
    rollStep(strategy, from, expand, faults),
  ];
}
