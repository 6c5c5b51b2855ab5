import type { RunContext } from './context.ts';
import { pause } from './wait.ts';

export interface FlagSetting {
  readonly enabled: boolean;
  /** Percent of the customers; without it, as it was. */
  readonly rollout?: number;
}

/** Sets a flag and tells of it; the replicas know it with their next poll. */
export async function setFlag(
  { flags, story }: Pick<RunContext, 'flags' | 'story'>,
  name: string,
  setting: FlagSetting,
): Promise<void> {
  await flags.set(name, setting);
  const flag = (await flags.get()).find((known) => known.name === name);
  const { enabled, rollout } = flag ?? { enabled: setting.enabled, rollout: 0 };
  story.feed.emit({ type: 'flag', name, enabled, rollout: enabled ? rollout : 0 });
  story.say(`flag ${name} ${enabled ? `on for ${rollout} %` : 'off'}`);
}

/** Waits until every replica has polled, and told so with its next heartbeat. */
export function flagsReach({ profile, signal }: RunContext): Promise<void> {
  return pause(2 * profile.flagsPollMs + 2 * profile.heartbeatMs, signal);
}

/** Turns the flags of a behaviour off and waits until the replicas have heard of it. */
export async function flagsOff(context: RunContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) await setFlag(context, name, { enabled: false });
  await flagsReach(context);
}
