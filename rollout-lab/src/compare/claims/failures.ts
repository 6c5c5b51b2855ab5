import { money, percent } from '../../report/format.ts';
import { publishedCost, publishedCostByFormula } from '../../report/published.ts';
import type { Spread } from '../spread.ts';
import { number, spreadText } from '../words.ts';
import { type Claim, failing, notMeasured, type Strategy, titles } from './claim.ts';

export function blastRadius(): Claim {
  return {
    published:
      'The blast radius is high with Rolling Update, critical with Blue-Green, low with Canary.',
    judge(evidence) {
      const hit = (strategy: Strategy) => failing(evidence, strategy)?.blastRadiusCustomers;
      const [rolling, blueGreen, canary] = [hit('rolling'), hit('blue-green'), hit('canary')];
      if (!rolling || !blueGreen || !canary) {
        return notMeasured('not every strategy has a valid run with failing');
      }
      const most = failing(evidence, 'canary')?.highestWeight;
      return {
        reproduced: canary.median < rolling.median && rolling.median < blueGreen.median,
        measured: `customers hit: Rolling Update ${spreadText(rolling, percent)}, Blue-Green ${spreadText(blueGreen, percent)}, Canary ${spreadText(canary, percent)}`,
        why: `canary bounds who can be hit (${most ? `${number(most.median)} % of the customers had the new release when it was caught` : 'its cohort'}, with the others everyone can be); how many are hit depends on how many failures the judge needs to be sure, and that is about the same for all`,
      };
    },
  };
}

/** Published, and where it comes from: with 1 and then 5 % of the customers exposed, 94 % are not. */
const published94 = 0.94;

export function fewerFailures(): Claim {
  return {
    published: 'Canary has 94 % fewer failed requests than Blue-Green.',
    judge(evidence) {
      const [canary, blueGreen] = [failing(evidence, 'canary'), failing(evidence, 'blue-green')];
      const [few, many] = [canary?.failedRequests, blueGreen?.failedRequests];
      if (!few || !many) {
        return notMeasured('needs a valid run of canary and one of blue-green with failing');
      }
      if (many.median === 0) {
        return notMeasured('no request failed under blue-green: there is nothing to compare with');
      }
      const fewer = 1 - few.median / many.median;
      return {
        reproduced: fewer >= published94,
        measured: `${spreadText(few, number)} failed under canary and ${spreadText(many, number)} under blue-green: ${fewerText(fewer)}`,
        why: `what matters is the share of the customers on the canary when the judge has enough evidence (${weightText(canary?.highestWeight)}). It needs about as many failed requests to be sure whatever the strategy, and a smaller share brings them later rather than fewer. 94 % is what is left of everyone when 1 % and then 5 % are exposed: it holds when the release is caught by then, and when blue-green fails everyone for as long`,
      };
    },
  };
}

export function costOfFailures(): Claim {
  const { amount, minutes, failedShare, perHour } = publishedCost;
  return {
    published: `${minutes} minutes at ${percent(failedShare, 0)} errors cost ${money(amount)}, with ${money(perHour)} an hour.`,
    judge(evidence) {
      const measured = (Object.keys(titles) as Strategy[]).flatMap((strategy) => {
        const cost = failing(evidence, strategy)?.failureCost;
        return cost ? [`${titles[strategy]} ${spreadText(cost, money)}`] : [];
      });
      return {
        reproduced: false,
        measured: [
          `${money(publishedCostByFormula())} by share × duration × cost per hour`,
          ...(measured.length === 0 ? [] : [`with the candidate failing: ${measured.join(', ')}`]),
        ].join('; '),
        why: `this is arithmetic and needs no run: ${money(amount)} is what ${minutes} minutes of a full outage cost, with every request failing`,
      };
    },
  };
}

function weightText(weight: Spread | null | undefined): string {
  return weight
    ? `here ${spreadText(weight, (value) => `${number(value)} %`)}`
    : 'not measured here';
}

function fewerText(share: number): string {
  return share >= 0 ? `${percent(share, 0)} fewer` : `${percent(-share, 0)} more, not fewer`;
}
