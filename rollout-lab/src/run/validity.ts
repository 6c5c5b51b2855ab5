import type { Thresholds } from '../judge/types.ts';
import type { LoadSummary } from '../load/types.ts';

type Slack = Pick<Thresholds, 'p99SlackMs'>;

/**
 * The highest p99 of the generator's lateness, ms. Lateness is part of every latency, of either
 * release; beyond half of the slack that the judge leaves a p99 it would be the generator that is
 * judged. A quick run on two busy cores is some 3 to 8 ms late.
 */
export const latenessBoundMs = ({ p99SlackMs }: Slack): number => p99SlackMs / 2;

/** Why the figures are worth nothing, a sentence each: the generator did not keep its schedule. */
export function reasonsInvalid(load: LoadSummary, thresholds: Slack): string[] {
  const { intended, sent, withoutSlot, lateness } = load;
  const bound = latenessBoundMs(thresholds);
  const late = lateness.p99 ?? 0;
  const rules: [broken: boolean, sentence: string][] = [
    [sent < intended, `only ${sent} of ${intended} requests were sent`],
    [late > bound, `the generator was ${late} ms late at its p99: allowed are ${bound} ms`],
    [withoutSlot > 0, `${withoutSlot} requests waited in the generator for a connection`],
  ];
  return rules.flatMap(([broken, sentence]) => (broken ? [sentence] : []));
}
