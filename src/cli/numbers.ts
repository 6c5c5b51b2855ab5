import { InvalidArgumentError } from 'commander';

/** Reads a whole number for an option. */
export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** A number above zero, or "off". Not null: commander takes that for a value that was not read. */
export function numberOrOff(text: string): number | 'off' {
  if (text === 'off') return text;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value === 0) {
    throw new InvalidArgumentError('must be a number above 0, or "off"');
  }
  return value;
}
