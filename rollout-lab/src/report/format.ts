/** What stands in the place of a figure that does not apply. */
export const none = '–';

export function count(value: number | null): string {
  return value === null ? none : value.toLocaleString('en-US');
}

/** Milliseconds, without the unit. */
export function ms(value: number | null): string {
  return value === null ? none : value.toFixed(1);
}

export function duration(seconds: number | null): string {
  return seconds === null ? none : `${seconds.toFixed(1)} s`;
}

/** A share from 0 to 1. */
export function percent(share: number | null, digits = 2): string {
  return share === null ? none : `${(100 * share).toFixed(digits)} %`;
}

/** With its sign, which a minus of typography has too. */
export function signed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

/** Dollars; a small amount with its cents. */
export function money(amount: number): string {
  const fractionDigits = Math.abs(amount) < 100 ? 2 : 0;
  const options = { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits };
  return `${amount.toLocaleString('en-US', options)} $`;
}

/** `1 run`, `2 runs`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}
