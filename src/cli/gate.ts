import { exitCodes } from '../platform/process/exit.ts';
import type { SchemaChange } from '../schema-change/change.ts';
import { lastBegun } from '../schema-change/change-releases.ts';
import type { GateName, GateOptions } from '../schema-change/gate/gate.ts';
import { askGateOf, nextGate } from '../schema-change/gate/gates.ts';
import { readState } from '../schema-change/schema-state.ts';
import { gateLines } from './output.ts';
import { type Common, changeOf, type Session } from './session.ts';

export interface GateFlags extends Common {
  readonly window: number;
  /** In seconds. */
  readonly maxEvidenceAge: number;
}

export function gateOptions({ config }: Pick<Session, 'config'>, flags: GateFlags): GateOptions {
  return {
    windowSeconds: flags.window,
    maxEvidenceAgeSeconds: flags.maxEvidenceAge,
    backupStampFile: config.backupStampFile,
  };
}

/** Asks a gate, by default the one before the next step, and changes nothing: 0 or 3. */
export async function runGate(
  session: Session,
  flags: GateFlags,
  name: GateName | undefined,
): Promise<number> {
  const change = await changeOf(session.pool, flags, lastBegun);
  const state = (await readState(session.pool, change.name)) ?? 'empty';
  return tellGate(session, flags, name ?? nextGate(state), change);
}

/** Asks one gate of one change and prints what it says. */
export async function tellGate(
  session: Session,
  flags: GateFlags,
  name: GateName,
  change: SchemaChange,
): Promise<number> {
  const report = await askGateOf(name, session.pool, change, gateOptions(session, flags));
  session.output.result(report, gateLines(report));
  return report.passed ? 0 : exitCodes.refused;
}
