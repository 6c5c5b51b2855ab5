import { duration, percent, signed } from '../../report/format.ts';
import { number, spreadText } from '../words.ts';
import {
  type Claim,
  close,
  closeness,
  failing,
  healthy,
  notMeasured,
  type Strategy,
  titles,
} from './claim.ts';

const minute = 60;

export function deployment(strategy: Strategy, minutes: number): Claim {
  return {
    published: `${titles[strategy]} deploys in ${minutes} minutes.`,
    judge: (evidence) =>
      close(healthy(evidence, strategy)?.deploymentSeconds, minutes * minute, duration, {
        missing: `no valid run of ${strategy} with healthy was released`,
        why: `the time is that of the whole change with its schema steps, on four local replicas that are ready in seconds, with the waiting times of the profile ${evidence.profile}; the load and the machines behind the published figure are not known`,
      }),
  };
}

export function deploymentOrder(): Claim {
  return {
    published: 'Blue-Green deploys faster than Canary, and Canary faster than Rolling Update.',
    judge(evidence) {
      const order = (['blue-green', 'canary', 'rolling'] as const).map((strategy) => ({
        strategy,
        seconds: healthy(evidence, strategy)?.deploymentSeconds ?? null,
      }));
      const medians = order.map(({ seconds }) => seconds?.median);
      const [blueGreen, canary, rolling] = medians;
      if (blueGreen === undefined || canary === undefined || rolling === undefined) {
        return notMeasured('not every strategy has a valid run with healthy that was released');
      }
      return {
        reproduced: blueGreen < canary && canary < rolling,
        measured: order
          .map(({ strategy, seconds }) => `${titles[strategy]} ${spreadText(seconds, duration)}`)
          .join(', '),
        why: `what a rollout waits for decides it, and that is a setting: the hold-down of blue-green, the five steps of canary, the start of a replica at a time in rolling (profile ${evidence.profile})`,
      };
    },
  };
}

export function p99Impact(strategy: Strategy, ms: number): Claim {
  return {
    published: `${titles[strategy]} adds ${ms} ms to the p99.`,
    judge: (evidence) =>
      close(healthy(evidence, strategy)?.p99ImpactMs, ms, milliseconds, {
        missing: `no valid run of ${strategy} with healthy`,
        why: 'replicas, router, load and database share one machine here, so that a starting replica and a schema step take processor time from those that answer',
      }),
  };
}

export function rollbackOfRolling(): Claim {
  return {
    published: 'Rolling Update rolls back in 9 minutes.',
    judge: (evidence) =>
      close(failing(evidence, 'rolling')?.rollbackSeconds, 9 * minute, duration, {
        missing: 'no valid run of rolling with failing was rolled back',
        why: 'it counts from the verdict to the last bad answer that a customer got; the judge stops the rollout while few replicas are new, and those are replaced in seconds',
      }),
  };
}

export function rollbackWithin(strategy: Strategy, seconds: number): Claim {
  return {
    published: `${titles[strategy]} rolls back in less than ${seconds} s.`,
    judge(evidence) {
      const spread = failing(evidence, strategy)?.rollbackSeconds;
      if (!spread) return notMeasured(`no valid run of ${strategy} with failing was rolled back`);
      const weight = failing(evidence, strategy, 'weight')?.rollbackSeconds ?? null;
      const besides =
        strategy === 'canary'
          ? `; by the weight instead of the flag ${spreadText(weight, duration)}`
          : '';
      return {
        reproduced: spread.max < seconds,
        measured: `${spreadText(spread, duration)}${weight === null ? '' : besides}`,
        why: 'it counts from the verdict to the last bad answer that a customer got, and 0.0 s means that none came after the verdict; the bound is held against the slowest run',
      };
    },
  };
}

export function infra(strategy: Strategy, share: number): Claim {
  return {
    published: `${titles[strategy]} adds ${100 * share} % to the cost of the infrastructure.`,
    judge(evidence) {
      const figures = healthy(evidence, strategy);
      const spread = figures?.infraCostDelta;
      if (!spread) return notMeasured(`no valid run of ${strategy} with healthy`);
      const peak = figures?.infraPeak?.median;
      return {
        reproduced: Math.abs(spread.median - share) <= closeness.points,
        measured: spreadText(spread, signedPercent),
        why: `replica-seconds from the first action to the end of the whole change, its schema steps included, against four replicas for as long${peak === undefined ? '' : `; at the peak ${number(peak)} replicas were up`}; counted as reproduced within ${percent(closeness.points, 0)} of the replicas`,
      };
    },
  };
}

function milliseconds(value: number): string {
  return `${signed(value)} ms`;
}

function signedPercent(share: number): string {
  return `${signed(100 * share)} %`;
}
