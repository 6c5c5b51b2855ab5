import type { Logger } from 'pino';
import type { Tracker } from '../changes/changes.ts';
import { type Backlog, backlogOf, claimDue, type Due } from './due-store.ts';
import { GatewayUnavailableError } from './gateway.ts';
import { finish, type GatewayStep, longestStepMs, type StepDeps } from './gateway-step.ts';
import { type PayDeps, paymentStep } from './pay.ts';
import { refundStep } from './refund-payment.ts';

export interface ReconcilerDeps extends PayDeps {
  readonly log: Logger;
  readonly onBacklog: (kind: 'payment' | 'refund', backlog: Backlog) => void;
  readonly onReconciled: (kind: 'payment' | 'refund', outcome: string) => void;
}

/** Items that one run takes of each kind at most, so that a long backlog of one does not starve the other. */
const batch = 50;

/** What an outcome of the gateway is counted as. */
interface Outcome {
  readonly status: string;
}

/**
 * Finishes payments and refunds that were left pending: their process was killed, the gateway gave
 * no answer, or the client never asked again. Every replica runs it; each item is taken by one of
 * them. It asks the gateway with the item's own id, so what was done before is not done twice.
 *
 * @returns a function that does one round; it throws when the database cannot be asked.
 */
export function createReconciler(deps: ReconcilerDeps): () => Promise<void> {
  const payments = paymentStep(deps);
  const refunds = refundStep(deps);
  return async () => {
    await reconcile(deps, payments);
    await reconcile(deps, refunds);
  };
}

async function reconcile<Item extends Due, O extends Outcome>(
  deps: ReconcilerDeps,
  step: GatewayStep<Item, O>,
): Promise<void> {
  const { database, gateway } = deps;
  // One at a time: what a killed replica has in hand is left alone until its time has run out.
  for (let taken = 0; taken < batch && gateway.available(); taken += 1) {
    const due = await claimDue(database, step.table, longestStepMs(gateway));
    if (due === null) break;
    await finishOne(deps, step, due);
  }
  deps.onBacklog(step.kind, await backlogOf(database, step.table));
}

async function finishOne<Item extends Due, O extends Outcome>(
  deps: ReconcilerDeps & StepDeps & { tracker: Tracker },
  step: GatewayStep<Item, O>,
  { id, customerId }: Due,
): Promise<void> {
  const { phases, leave } = deps.tracker.enter(customerId);
  try {
    const item = await step.find(deps.database, phases, id, customerId);
    if (item === null) return;
    const outcome = await step.ask(item, id);
    await finish(deps, step, item, outcome, id);
    deps.onReconciled(step.kind, outcome.status);
    deps.log.info({ [step.kind]: id, outcome: outcome.status }, 'finished what was left pending');
  } catch (error) {
    deps.tracker.didFail(error);
    const outcome = error instanceof GatewayUnavailableError ? 'no-answer' : 'error';
    deps.onReconciled(step.kind, outcome);
    deps.log.warn({ [step.kind]: id, err: error }, 'could not finish what was left pending');
  } finally {
    leave();
  }
}
