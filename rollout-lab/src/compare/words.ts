import { count, none, plural } from '../report/format.ts';
import type { Spread } from './spread.ts';

type Written = (value: number) => string;

/** `12.3 s (11.0 to 14.2 s, n = 3)`; the figure alone when there is only one. */
export function spreadText(spread: Spread | null, written: Written): string {
  if (spread === null) return none;
  const { median, n } = spread;
  if (n === 1) return written(median);
  return `${written(median)} (${rangeText(spread, written)})`;
}

/** `11.0 to 14.2 s, n = 3`. */
export function rangeText({ min, max, n }: Spread, written: Written): string {
  const [from, to] = [written(min), written(max)];
  const unit = / [^ ]+$/.exec(to)?.[0] ?? '';
  return `${from.endsWith(unit) ? from.slice(0, from.length - unit.length) : from} to ${to}, n = ${n}`;
}

/** A count, which a median of an even number of runs may put between two. */
export function number(value: number): string {
  return Number.isInteger(value) ? count(value) : value.toFixed(1);
}

export function runsText(n: number): string {
  return plural(n, 'run');
}
