import { InvalidRolloutError, UnknownFlagError } from '@scaleretail/embedded/flag-server';
import { candidates } from '../candidates/index.ts';
import { changes } from '../changes/index.ts';
import type { Choices, Desk } from '../page/desk.ts';
import type { PageOrder } from '../page/orders.ts';
import { RefusedError } from '../page/refused.ts';
import type { Control } from '../run/control.ts';
import { type Levers, StalledAlreadyError, UnknownReplicaError } from '../run/levers.ts';
import { strategies } from '../strategies/index.ts';
import { allFlags } from '../world/world.ts';

export type StartOrder = Extract<PageOrder, { do: 'start' }>;

/** Passes the page's orders on to the run that is under way, and starts one where that is allowed. */
export class RunDesk implements Desk {
  /** The run that is under way. */
  running: Control | null = null;
  readonly #start: ((order: StartOrder) => void) | null;

  constructor(start: ((order: StartOrder) => void) | null = null) {
    this.#start = start;
  }

  choices(): Choices {
    return {
      strategies: strategies.map(({ name, what }) => ({ name, what })),
      candidates: candidates.map(({ name, wrong }) => ({ name, wrong })),
      changes: changes.map(({ name }) => ({ name })),
      flags: allFlags().map(({ name }) => name),
      running: this.running !== null,
      mayStart: this.#start !== null,
      replay: false,
    };
  }

  async carryOut(order: PageOrder): Promise<void> {
    if (order.do === 'start') return this.#begin(order);
    const { running } = this;
    if (running === null) throw new RefusedError(409, 'no run is under way');
    const { levers } = running;
    if (levers === null) throw new RefusedError(409, 'the run is not under load yet, or no longer');
    try {
      await act(order, running, levers);
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }

  #begin(order: StartOrder): void {
    if (this.#start === null) {
      throw new RefusedError(409, 'this page shows one run; `npm run lab -- serve` starts others');
    }
    if (this.running !== null) throw new RefusedError(409, 'a run is under way already');
    assertKnown('strategy', order.strategy, strategies);
    assertKnown('candidate', order.candidate, candidates);
    if (order.change !== null) assertKnown('change', order.change, changes);
    this.#start(order);
  }
}

async function act(
  order: Exclude<PageOrder, StartOrder>,
  control: Control,
  levers: Levers,
): Promise<void> {
  switch (order.do) {
    case 'pause':
      control.pause();
      return levers.tell('paused: no step ends by itself');
    case 'resume':
      control.resume();
      return levers.tell('resumed');
    case 'promote':
      if (!control.watching) throw new RefusedError(409, 'no step is being judged at the moment');
      control.decide('promote');
      return levers.tell('promoted: the step has passed');
    case 'abort':
      control.decide('abort');
      return levers.tell('aborted: this step, or the next that is judged, goes back');
    case 'flag':
      return levers.setFlag(order.name, order.enabled, order.rollout);
    case 'kill':
      return levers.kill(order.replica);
    case 'stall':
      return levers.stall(order.seconds);
  }
}

function assertKnown(what: string, name: string, rows: readonly { readonly name: string }[]): void {
  const names = rows.map((row) => row.name);
  if (names.includes(name)) return;
  throw new RefusedError(400, `there is no ${what} "${name}": known are ${names.join(', ')}`);
}

function refusalOf(error: unknown): RefusedError | null {
  if (error instanceof StalledAlreadyError) return new RefusedError(409, error.message);
  const isUnknown =
    error instanceof UnknownReplicaError ||
    error instanceof UnknownFlagError ||
    error instanceof InvalidRolloutError;
  return isUnknown ? new RefusedError(400, error.message) : null;
}
