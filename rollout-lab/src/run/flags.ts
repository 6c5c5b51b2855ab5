import { epochMs } from '../metrics/clock.ts';
import type { RunContext } from './context.ts';
import { pause } from './wait.ts';

export interface FlagSetting {
  readonly enabled: boolean;
  /** Percent of the customers; without it, as it was. */
  readonly rollout?: number;
}

/** Sets a flag and tells of it; the replicas know it with their next poll. */
export async function setFlag(
  { flags, story, onSwitch }: Pick<RunContext, 'flags' | 'story' | 'onSwitch'>,
  name: string,
  setting: FlagSetting,
): Promise<void> {
  const since = epochMs();
  const before = (await flags.get()).find((flag) => flag.name === name);
  const { enabled, rollout } = await flags.set(name, setting);
  if (before?.enabled !== enabled) onSwitch({ name, enabled, since });
  story.feed.emit({ type: 'flag', name, enabled, rollout: enabled ? rollout : 0 });
  story.say(`flag ${name} ${enabled ? `on for ${rollout} %` : 'off'}`);
}

/** Waits until every replica has polled, and told so with its next heartbeat. */
export function flagsReach({ flags, profile, signal }: RunContext): Promise<void> {
  return pause(flags.settleMs + 2 * profile.flagsPollMs + 2 * profile.heartbeatMs, signal);
}

/** Turns the flags of a behaviour off and waits until the replicas have heard of it. */
export async function flagsOff(context: RunContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) await setFlag(context, name, { enabled: false });
  await flagsReach(context);
}
