import { lastBegun } from '../schema-change/change-releases.ts';
import type { GateReport } from '../schema-change/gate/gate.ts';
import {
  cancelRollback,
  type RollbackResult,
  rollback,
} from '../schema-change/rollback/rollback.ts';
import type { RollbackTarget } from '../schema-change/rollback/targets.ts';
import { createProgress } from './backfill-progress.ts';
import { tellGate } from './gate.ts';
import { gateLines } from './output.ts';
import { type Common, changeOf, type Work } from './session.ts';

interface RollbackFlags extends Common {
  readonly to?: RollbackTarget;
  readonly patience: number;
  readonly check: boolean;
  readonly cancel: boolean;
}

/** Its checks go by what is there now. */
const noWindow = { window: 0, maxEvidenceAge: 0 };

export const runRollback: Work<RollbackFlags> = async (session, flags) => {
  const { pool, output, config, signal } = session;
  const change = await changeOf(pool, flags, lastBegun);
  if (flags.check) return tellGate(session, { ...flags, ...noWindow }, 'rollback', change);
  const options = {
    databaseUrl: config.databaseUrl,
    patienceMs: flags.patience * 1000,
    say: output.say,
    signal,
    pool,
    change,
  };
  if (flags.cancel) {
    await cancelRollback(options);
    output.result({ cancelled: true }, [`${change.name} stays where it is`]);
    return 0;
  }
  const onReport = (report: GateReport) => {
    if (!flags.json) for (const line of gateLines(report)) output.say(line);
  };
  const progress = createProgress(output.say, flags.json ? process.stderr : process.stdout);
  try {
    const { observer } = progress;
    const done = await rollback({ ...options, to: flags.to, onReport, observer });
    progress.end();
    output.result({ change: change.name, ...done }, [told(change.name, done)]);
    return 0;
  } finally {
    progress.end();
  }
};

function told(change: string, { from, to, undone }: RollbackResult): string {
  if (from === to && undone.length === 0) {
    return `nothing to roll back; ${change} is "${to}"`;
  }
  return `rolled back: ${undone.join(', ')}; ${change} is "${to}"`;
}
