import type { FastifyInstance } from 'fastify';

/**
 * What is made to go wrong, and nowhere else than here. `FAULTS=none` (the default) installs
 * nothing; probes, metrics and the documentation are always spared.
 */
export interface Faults {
  /** Share of payments, 0 to 1, that are answered 500 before anything is done. */
  readonly paymentsFail: number;
  /** The process ends at SIGTERM with whatever is in flight. */
  readonly exitWithoutDraining: boolean;
}

/** FAULTS says something that is not known. */
export class FaultsError extends Error {
  constructor(given: string) {
    super(
      `FAULTS is "${given}": must be "none" or a comma-separated list of payments-fail=<share from 0 to 1>, exit-without-draining`,
    );
    this.name = 'FaultsError';
  }
}

const paymentsFail = /^payments-fail=(0(?:\.\d+)?|1(?:\.0+)?)$/;

/** @throws {FaultsError} when the list has a fault that is not known or a share that is none. */
export function parseFaults(given: string): Faults {
  const faults = { paymentsFail: 0, exitWithoutDraining: false };
  if (given === 'none') return faults;
  for (const item of given.split(',').map((part) => part.trim())) {
    const [, share] = paymentsFail.exec(item) ?? [];
    if (share !== undefined) faults.paymentsFail = Number(share);
    else if (item === 'exit-without-draining') faults.exitWithoutDraining = true;
    else throw new FaultsError(given);
  }
  return faults;
}

export function registerFaults(app: FastifyInstance, faults: Faults): void {
  if (faults.paymentsFail === 0) return;
  app.addHook('onRequest', async (request) => {
    const { url: route = '' } = request.routeOptions;
    const isPayment = request.method === 'POST' && route.endsWith('/payments');
    if (isPayment && Math.random() < faults.paymentsFail) {
      throw new Error('injected: payments-fail');
    }
  });
}
