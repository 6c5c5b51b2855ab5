import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}
