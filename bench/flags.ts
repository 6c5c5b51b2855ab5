import { type Command, InvalidArgumentError } from 'commander';

/** Reads a whole number within limits, both included. */
export function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** With --quick, the values in `quick` for the options that nobody has given. */
export function shortened<Flags extends { readonly quick: boolean }>(
  flags: Flags,
  command: Command,
  quick: Partial<Flags>,
): Flags {
  if (!flags.quick) return flags;
  const unsaid = Object.entries(quick).filter(
    ([name]) => command.getOptionValueSource(name) === 'default',
  );
  return { ...flags, ...Object.fromEntries(unsaid) };
}
