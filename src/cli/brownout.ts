import { exitCodes } from '../platform/process/exit.ts';
import { brownout, undoBrownout } from '../schema-change/brownout.ts';
import { type Common, changeOf, type Work } from './session.ts';

export const runBrownout: Work<Common & { window: number; undo: boolean }> = async (
  session,
  flags,
) => {
  const { pool, output, signal } = session;
  const change = await changeOf(pool, flags);
  if (flags.undo) {
    await undoBrownout(pool, change);
    output.result({ outcome: 'undone' }, ['the service has its rights on the old columns again']);
    return 0;
  }
  output.say(`the service has no rights on the old columns for ${flags.window} s`);
  let toldAt = Number.POSITIVE_INFINITY;
  const found = await brownout(pool, change, {
    windowSeconds: flags.window,
    signal,
    onTick(left) {
      if (toldAt - left < 10) return;
      toldAt = left;
      output.say(`${left} s left, nobody missed them so far`);
    },
  });
  output.result(found, [
    found.outcome === 'passed'
      ? 'brownout passed: nobody missed the old columns; they stay without rights until contract'
      : `brownout undone: ${found.reason}; the rights are back`,
  ]);
  return found.outcome === 'passed' ? 0 : exitCodes.failed;
};
