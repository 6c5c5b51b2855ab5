import { exitCodes } from '../platform/process/exit.ts';
import { brownout, undoBrownout } from '../schema-change/brownout.ts';
import { type Common, changeOf, type Session, type Work } from './session.ts';

interface BrownoutFlags extends Common {
  readonly window: number;
  readonly undo: boolean;
  readonly metrics: readonly string[];
}

export const runBrownout: Work<BrownoutFlags> = async (session, flags) => {
  if (flags.undo) return undo(session, flags);
  const { pool, output, signal } = session;
  let toldAt = Number.POSITIVE_INFINITY;
  const found = await brownout(pool, await changeOf(pool, flags), {
    windowSeconds: flags.window,
    metricsUrls: flags.metrics,
    signal,
    onAdopted({ watcher, windowSeconds }) {
      output.say(`going on with the brownout of ${windowSeconds} s that ${watcher} has left`);
    },
    onTick(left) {
      if (toldAt - left < 10) return;
      const first = toldAt === Number.POSITIVE_INFINITY;
      toldAt = left;
      output.say(
        first
          ? `the service has no rights on the old columns for ${left} s`
          : `${left} s left, nobody missed them so far`,
      );
    },
  });
  output.result(found, [
    found.outcome === 'passed'
      ? 'brownout passed: nobody missed the old columns; they stay without rights until contract'
      : `brownout undone: ${found.reason}; the rights are back`,
  ]);
  return found.outcome === 'passed' ? 0 : exitCodes.failed;
};

async function undo({ pool, output }: Session, flags: BrownoutFlags): Promise<number> {
  const undone = await undoBrownout(pool, await changeOf(pool, flags));
  output.result({ outcome: 'undone' }, [
    undone
      ? 'the service has its rights on the old columns again'
      : 'no brownout has taken rights away: the service has those that it had',
  ]);
  return 0;
}
