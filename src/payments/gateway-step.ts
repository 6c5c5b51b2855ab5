import type { Phases } from '../changes/changes.ts';
import {
  findKey,
  finishKeyOf,
  type KeyRef,
  type StoredAnswer,
  storePoint,
  takeOver,
  unlockKeyOf,
} from '../idempotency/keys.ts';
import { type Answer, type OnceDeps, withKey } from '../idempotency/once.ts';
import type { PendingPoint } from '../idempotency/recovery-points.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import type { Transaction } from '../platform/postgres/transaction.ts';
import { type PendingTable, putForward } from './due-store.ts';
import { GatewayDownProblem, StillPendingProblem } from './errors.ts';
import { type Gateway, GatewayUnavailableError } from './gateway.ts';

/** What waits for the gateway: a payment or a refund. */
interface Pending {
  readonly id: string;
  readonly customerId: string;
}

/**
 * How a kind of thing goes through the gateway: committed as pending, asked with its own id as the
 * key, settled. A request takes these steps, and the reconciler takes those that were left.
 */
export interface GatewayStep<Item extends Pending, Outcome> {
  readonly kind: 'payment' | 'refund';
  readonly point: PendingPoint;
  readonly table: PendingTable;
  find(db: Queryable, phases: Phases, id: string, customerId: string): Promise<Item | null>;
  /** @throws {GatewayUnavailableError} */
  ask(item: Item, requestId: string): Promise<Outcome>;
  /** Defers the statements that write the outcome down; gives the answer for the customer. */
  settle(tx: Transaction, item: Item, outcome: Outcome, requestId: string): StoredAnswer;
  /** What others have to hear of it. */
  settled(item: Item): Promise<void>;
}

export interface StepDeps extends OnceDeps {
  readonly gateway: Gateway;
}

export interface StepRequest<Item> {
  readonly ref: KeyRef;
  readonly phases: Phases;
  readonly requestId: string;
  /** Stores the pending item. What it throws leaves the key free. */
  begin(tx: Transaction, ownMs: number): Promise<Item>;
}

/** For the two transactions around the gateway's answer. */
const transactionsMs = 3_000;

/** Longest that asking for one item and writing the outcome down takes, in milliseconds. */
export function longestStepMs(gateway: Gateway): number {
  return gateway.longestMs + transactionsMs;
}

/**
 * Answers a request in atomic steps. The pending item is committed together with the key's recovery
 * point; then the gateway is asked, outside any transaction; then the outcome is committed together
 * with the answer. A process that dies in between leaves what a repetition of the request, or the
 * reconciler, goes on with.
 *
 * @throws what `begin` throws, and the problems of `findKey` and `takeOver`.
 * @throws {GatewayDownProblem} when it is known beforehand that the gateway does not answer.
 * @throws {StillPendingProblem} when it gave no answer.
 */
export async function answerInSteps<Item extends Pending, Outcome>(
  deps: StepDeps,
  step: GatewayStep<Item, Outcome>,
  request: StepRequest<Item>,
): Promise<Answer> {
  const begun = await withKey<Begun<Item>>(deps, request.ref, {
    attempt: () => deps.database.transaction((tx) => beginOrResume(deps, step, request, tx)),
    replay: (answer) => ({ outcome: 'replayed', answer }),
    outcomeOf: (result) => result.outcome,
  });
  if (begun.outcome === 'replayed') return begun.answer;
  const { item } = begun;
  const outcome = await ask(deps, step, item, request.requestId);
  const { answer, first } = await finish(deps, step, item, outcome, request.requestId);
  return first ? { ...answer, replayed: false } : answerOfTheFirst(deps, request.ref, answer);
}

type Begun<Item> =
  | { readonly outcome: 'replayed'; readonly answer: Answer }
  | { readonly outcome: 'new' | 'resumed'; readonly item: Item };

async function beginOrResume<Item extends Pending, Outcome>(
  deps: StepDeps,
  step: GatewayStep<Item, Outcome>,
  request: StepRequest<Item>,
  tx: Transaction,
): Promise<Begun<Item>> {
  const { ref, phases } = request;
  const known = await findKey(tx, ref);
  if (known?.point === 'finished') {
    return { outcome: 'replayed', answer: { ...known.answer, replayed: true } };
  }
  if (!deps.gateway.available()) throw new GatewayDownProblem();
  const ownMs = longestStepMs(deps.gateway);
  if (known === null) {
    const item = await request.begin(tx, ownMs);
    const at = { point: step.point, resourceId: item.id, lockMs: ownMs, ttlMs: deps.keyTtlMs };
    storePoint(tx, ref, at);
    return { outcome: 'new', item };
  }
  if (known.point !== step.point)
    throw new Error(`a ${step.kind} cannot go on from ${known.point}`);
  await takeOver(tx, ref, ownMs);
  const item = await step.find(tx, phases, known.resourceId, ref.customerId);
  if (item === null) throw new NotFoundProblem(step.kind, known.resourceId);
  return { outcome: 'resumed', item };
}

async function ask<Item extends Pending, Outcome>(
  { database }: StepDeps,
  step: GatewayStep<Item, Outcome>,
  item: Item,
  requestId: string,
): Promise<Outcome> {
  try {
    return await step.ask(item, requestId);
  } catch (error) {
    if (!(error instanceof GatewayUnavailableError)) throw error;
    await database.transaction(async (tx) => {
      tx.defer(unlockKeyOf(tx, item.id));
      tx.defer(putForward(tx, step.table, item.id));
    });
    throw new StillPendingProblem(step.kind, item.id);
  }
}

/** Commits the outcome, and the answer under the key of the request, if there is one. */
export async function finish<Item extends Pending, Outcome>(
  { database }: Pick<StepDeps, 'database'>,
  step: GatewayStep<Item, Outcome>,
  item: Item,
  outcome: Outcome,
  requestId: string,
): Promise<{ answer: StoredAnswer; first: boolean }> {
  const { answer, finishing } = await database.transaction(async (tx) => {
    const answer = step.settle(tx, item, outcome, requestId);
    const finishing = finishKeyOf(tx, item.id, answer);
    tx.defer(finishing);
    return { answer, finishing: { first: finishing } };
  });
  await step.settled(item);
  return { answer, first: await finishing.first };
}

// The reconciler, or a replica that was taken for dead, has answered: perhaps in another release's
// words, and every repetition of the request will get those.
async function answerOfTheFirst(deps: StepDeps, ref: KeyRef, own: StoredAnswer): Promise<Answer> {
  const known = await deps.database.transaction((tx) => findKey(tx, ref));
  return known?.point === 'finished'
    ? { ...known.answer, replayed: true }
    : { ...own, replayed: false };
}
