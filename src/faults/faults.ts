/** A fault that comes to a share of requests, 0 to 1; with a flag, only to customers who have it on. */
export interface Sometimes {
  readonly share: number;
  readonly flag: string | null;
}

/**
 * What is made to go wrong, and nowhere else than here. `FAULTS=none` (the default) installs
 * nothing; probes, metrics and the documentation are always spared.
 */
export interface Faults {
  /** Payments are answered 500 before anything is done. */
  readonly paymentsFail: Sometimes | null;
  /** Reads of one order are answered so many milliseconds later. */
  readonly orderReadsSlow: (Sometimes & { readonly ms: number }) | null;
  /** Where the new columns are read, the old ones are not looked at when they are empty. */
  readonly readsWithoutFallback: boolean;
  /** Where both shapes are written, the new one is computed through a float. */
  readonly moneyThroughFloat: boolean;
  /** The process ends at SIGTERM with whatever is in flight. */
  readonly exitWithoutDraining: boolean;
}

const noFaults: Faults = {
  paymentsFail: null,
  orderReadsSlow: null,
  readsWithoutFallback: false,
  moneyThroughFloat: false,
  exitWithoutDraining: false,
};

const share = '(?<share>0(?:\\.\\d+)?|1(?:\\.0+)?)';
const flag = '(?:@(?<flag>[\\w.-]+))?';

type Found = Readonly<Record<string, string | undefined>>;

const sometimes = ({ share: given, flag: name }: Found): Sometimes => {
  return { share: Number(given), flag: name ?? null };
};

/** What FAULTS may list: how it is written, and what it sets. A new fault is one row. */
const known: readonly {
  readonly form: string;
  readonly pattern: RegExp;
  readonly sets: (found: Found) => Partial<Faults>;
}[] = [
  {
    form: 'payments-fail=<share from 0 to 1>',
    pattern: new RegExp(`^payments-fail=${share}${flag}$`),
    sets: (found) => ({ paymentsFail: sometimes(found) }),
  },
  {
    form: 'order-reads-slow=<share>:<milliseconds>',
    pattern: new RegExp(`^order-reads-slow=${share}:(?<ms>\\d{1,5})${flag}$`),
    sets: (found) => ({ orderReadsSlow: { ...sometimes(found), ms: Number(found.ms) } }),
  },
  {
    form: 'reads-without-fallback',
    pattern: /^reads-without-fallback$/,
    sets: () => ({ readsWithoutFallback: true }),
  },
  {
    form: 'money-through-float',
    pattern: /^money-through-float$/,
    sets: () => ({ moneyThroughFloat: true }),
  },
  {
    form: 'exit-without-draining',
    pattern: /^exit-without-draining$/,
    sets: () => ({ exitWithoutDraining: true }),
  },
];

/** FAULTS says something that is not known. */
export class FaultsError extends Error {
  constructor(given: string) {
    const forms = known.map(({ form }) => form).join(', ');
    super(
      `FAULTS is "${given}": must be "none" or a comma-separated list of ${forms}; a share may be followed by @<flag>, for customers who have that flag on`,
    );
    this.name = 'FaultsError';
  }
}

/** @throws {FaultsError} when the list has a fault that is not known or a share that is none. */
export function parseFaults(given: string): Faults {
  if (given === 'none') return noFaults;
  const listed = given.split(',').map((item) => parseFault(item.trim(), given));
  return Object.assign({}, noFaults, ...listed);
}

function parseFault(item: string, given: string): Partial<Faults> {
  for (const { pattern, sets } of known) {
    const match = pattern.exec(item);
    if (match !== null) return sets(match.groups ?? {});
  }
  throw new FaultsError(given);
}
