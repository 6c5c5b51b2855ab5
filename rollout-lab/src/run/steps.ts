import { epochMs } from '../metrics/clock.ts';
import { judgeFlag } from '../strategies/judge-step.ts';
import type { RunContext, Strategy } from './context.ts';
import { pause } from './wait.ts';
import { placeYenOrder } from './yen-order.ts';

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

const dualWrite: Step = {
  title: 'dual write on: 2.0 writes both shapes',
  async run(context) {
    context.flags.set('orders.dual-write', { enabled: true });
    context.flags.set('orders.shadow-compare', { enabled: true, rollout: 20 });
    context.story.say('flags orders.dual-write on, orders.shadow-compare on for 20 % of the reads');
    await flagsReach(context);
    return 'released';
  },
};

const moveReads: Step = {
  title: 'reads move to the new columns, cohort by cohort',
  async run(context) {
    for (const share of context.profile.readShares) {
      context.flags.set('orders.read-new', { enabled: true, rollout: share });
      await flagsReach(context);
      context.story.say(`${share} % of customers read the new columns`);
      const verdict = await watchFlag(context, `reads of 2.0 at ${share} %`);
      context.onVerdict(verdict);
      if (verdict.verdict === 'pass') continue;
      context.flags.set('orders.read-new', { enabled: false });
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
    const verdict = judgeFlag(context, { step, release: '2.0', from, mismatches });
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

const verifyStep = (title: string) => schemaStep(title, () => ['verify']);

/** The whole change: 1.0 to 4.0. */
export function healthySteps(strategy: Strategy, faults: string): Step[] {
  return [
    expandStep('2.0', 'expand: new columns beside the old ones'),
    rollStep(strategy, '1.0', '2.0', faults),
    dualWrite,
    schemaStep('backfill: fill the new columns of the old rows', ({ profile }) => [
      'backfill',
      '--pause',
      String(profile.backfillPauseMs),
    ]),
    verifyStep('verify: both shapes of every row'),
    moveReads,
    expandStep('3.0', 'relax: the old columns may be empty'),
    rollStep(strategy, '2.0', '3.0', faults),
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
    rollStep(strategy, '3.0', '4.0', faults),
    { title: '4.0 takes an order in yen', run: placeYenOrder },
  ];
}

/** The first release of the change only, as the candidate makes it. */
export function firstReleaseSteps(strategy: Strategy, faults: string): Step[] {
  return [
    expandStep('2.0', 'expand: new columns beside the old ones'),
    rollStep(strategy, '1.0', '2.0', faults),
  ];
}
