import { lnChoose } from './statistics.ts';

/** So many of so many. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/** What is bet on, and with which part of the capital. */
export interface Bet {
  readonly on: number;
  readonly stake: number;
}

const evenly = (all: readonly number[], capital = 1): readonly Bet[] =>
  all.map((on) => ({ on, stake: capital / all.length }));

const odds = [1.5, 2, 4, 8, 16, 64];
/** How many times as likely a hit may be in the canary. */
export const ODDS: readonly Bet[] = evenly(odds);
/**
 * The same for failures. Most defects are of a kind that the stable replicas do not have at all: two
 * failures at 5 % are enough then, with most of the capital on it.
 */
export const FAILURE_ODDS: readonly Bet[] = [{ on: 1024, stake: 0.65 }, ...evenly(odds, 0.35)];
/** How far the ranks may lean towards the canary. */
export const LEANINGS: readonly Bet[] = evenly([0.25, 0.5, 1, 2, 4]);

/**
 * Evidence against "the canary is no worse", as an e-value: the capital of somebody who bets against
 * it, second by second, at odds that are fair or worse when it holds. While it holds the capital is
 * never expected to grow, so it ever reaches 1/alpha with a probability of alpha at the most, however
 * often somebody looks (J. Ville, Étude critique de la notion de collectif, 1939; G. Shafer, Testing by
 * betting, JRSS A 184 (2021); P. Grünwald, R. de Heide, W. Koolen, Safe testing, JRSS B 86 (2024)).
 *
 * A second multiplies the capital by `most` at the most. That keeps the bet fair, and whatever hits
 * many requests at once (a pause, a collection, a cold cache) must come back in several seconds to
 * count as the release's doing.
 */
export class Evidence {
  readonly #bets: readonly Bet[];
  readonly #lnCapital: number[];
  readonly #lnMost: number;

  /** @param bets whose stakes add up to 1 */
  constructor(bets: readonly Bet[], most = Number.POSITIVE_INFINITY) {
    this.#bets = bets;
    this.#lnCapital = bets.map(({ stake }) => Math.log(stake));
    this.#lnMost = Math.log(most);
  }

  /** One second more: by how much, as a logarithm, it multiplies the capital of each bet. */
  add(lnFactor: (bet: number) => number): void {
    this.#bets.forEach(({ on }, i) => {
      const before = this.#lnCapital[i] ?? 0;
      this.#lnCapital[i] = before + Math.min(this.#lnMost, lnFactor(on));
    });
  }

  /** 1 says nothing, below speaks for the canary, above against it. */
  get value(): number {
    return this.#lnCapital.reduce((total, ln) => total + Math.exp(ln), 0);
  }
}

/**
 * Two arms in the same second: the hits of both are dealt out, and under the hypothesis every request
 * is as likely to get one, so that the canary's number is hypergeometric, whatever the second was
 * like. Likelihood ratio of the odds ratio `odds` to 1, given the sum of the hits: Fisher's exact
 * test, sequentially (R. A. Fisher, Journal of the Royal Statistical Society 98 (1935); R. Turner,
 * A. Ly, P. Grünwald, Generic E-variables for exact sequential k-sample tests, 2024).
 */
export function lnTable(canary: Share, stable: Share): (odds: number) => number {
  const hits = canary.hits + stable.hits;
  if (hits === 0) return () => 0;
  const least = Math.max(0, hits - stable.of);
  const most = Math.min(hits, canary.of);
  const lnAll = lnChoose(canary.of + stable.of, hits);
  const lnP = Array.from({ length: most - least + 1 }, (_, i) => {
    const x = least + i;
    return lnChoose(canary.of, x) + lnChoose(stable.of, hits - x) - lnAll;
  });
  return (odds) => {
    const lnOdds = Math.log(odds);
    const first = least - canary.hits;
    return -Math.log(lnP.reduce((sum, ln, i) => sum + Math.exp(ln + (first + i) * lnOdds), 0));
  };
}

/** One arm against a rate: likelihood ratio of the odds `odds` times as high to those of `rate`. */
export const lnRate = ({ hits, of }: Share, rate: number, odds: number): number =>
  hits * Math.log(odds) - of * Math.log1p(rate * (odds - 1));

/**
 * Two arms in the same second, by rank (H. Mann, D. Whitney, Annals of Mathematical Statistics 18
 * (1947)). Under the hypothesis the ranks of an arm are drawn without replacement; the exponential
 * of their sum is expected to be no more than if they were drawn with replacement (W. Hoeffding, JASA
 * 58 (1963), theorem 4), and that no more than for uniform numbers. Exact for any size, ties included.
 */
export function lnRanks({ sum, canary, stable }: Ranks, leaning: number): number {
  const half = leaning / 2;
  return leaning * sum - Math.min(canary, stable) * Math.log(Math.sinh(half) / half);
}

export interface Ranks {
  /** Of the canary's ranks from 0 to 1, above what is expected. */
  readonly sum: number;
  readonly canary: number;
  readonly stable: number;
  /** Share of the pairs in which the canary's request is the slower one; ties count half. */
  readonly slower: number;
}

/** Ranks two arms together; both sorted, ascending, not empty. */
export function rank(canary: readonly number[], stable: readonly number[]): Ranks {
  let [below, upTo, pairs] = [0, 0, 0];
  for (const x of canary) {
    while (below < stable.length && (stable[below] ?? 0) < x) below++;
    upTo = Math.max(upTo, below);
    while (upTo < stable.length && (stable[upTo] ?? 0) <= x) upTo++;
    pairs += (below + upTo) / 2;
  }
  const all = canary.length * stable.length;
  const sum = (pairs - all / 2) / (canary.length + stable.length);
  return { sum, canary: canary.length, stable: stable.length, slower: pairs / all };
}
