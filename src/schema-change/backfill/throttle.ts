import { setTimeout as sleep } from 'node:timers/promises';
import { type SignalState, showSignal, type Watch } from './watch.ts';

/** Looks in a row with nothing bad in them, before work goes on after a hold. */
const goodLooks = 2;
/** Pause between two looks during a hold, in ms: from the first to the last, growing. */
const pauses = { first: 100, longest: 2_000, growth: 1.6 };

export interface Throttle {
  /**
   * Resolves when a batch may begin: at once while all signals are good; otherwise after they
   * have been good again for two looks in a row. True: there was a hold.
   *
   * @throws the signal's reason when it is aborted meanwhile.
   */
  admit(signal: AbortSignal): Promise<boolean>;
  /** Why no batch begins; empty while they do. */
  reasons(): readonly string[];
}

/** @param say is told once why it holds, again when the reason is another one, and of its end. */
export function createThrottle(watch: Watch, say: (line: string) => void): Throttle {
  let reasons: readonly string[] = [];
  let hold: Promise<void> | null = null;

  async function recover(first: readonly SignalState[], signal: AbortSignal): Promise<void> {
    let told = '';
    let pauseMs = pauses.first;
    let bad = first.filter((state) => state.bad);
    for (let good = 0; good < goodLooks; ) {
      const names = bad.map((state) => state.name).join();
      if (bad.length > 0) {
        reasons = bad.map(showSignal);
        if (names !== told) say(`waiting: ${reasons.join(', ')}`);
        told = names;
      }
      await sleep(pauseMs, undefined, { signal });
      bad = (await watch.look()).filter((state) => state.bad);
      good = bad.length === 0 ? good + 1 : 0;
      pauseMs = good > 0 ? pauses.first : Math.min(pauses.longest, pauseMs * pauses.growth);
    }
    say('all signals are good again: going on');
  }

  return {
    reasons: () => reasons,
    async admit(signal) {
      if (hold === null) {
        const states = await watch.look();
        signal.throwIfAborted();
        // Another worker may have begun to hold during the look.
        if (hold === null && !states.some((state) => state.bad)) return false;
        hold ??= recover(states, signal).finally(() => {
          reasons = [];
          hold = null;
        });
      }
      await hold;
      return true;
    },
  };
}
