import { Unleash, UnleashEvents } from 'unleash-client';
import type { Metrics } from '../metrics.ts';
import { FlagSource, type FlagSourceOptions } from './flag-source.ts';

export interface Flags {
  /** Why no state of the flags is known, from the server or the bootstrap file; null when one is. */
  notReady(): string | null;
  /** `customerId` keeps a customer on the same side of a gradual rollout; absent: nobody. */
  isEnabled(name: string, customerId?: string): boolean;
  /** Whether the flag is on at all, for whatever share of the customers. */
  isOn(name: string): boolean;
  close(): void;
}

export type FlagOptions = Omit<FlagSourceOptions, 'onContact'>;

/** Connects to Unleash. Does not wait for it and does not fail without it: see `notReady`. */
export function createFlags(options: FlagOptions, metrics: Metrics): Flags {
  let known = false;
  const source = new FlagSource({
    ...options,
    onContact: () => metrics.flagsLastContact.setToCurrentTime(),
  });
  const unleash = new Unleash({
    url: options.unleashUrl,
    appName: 'scaleretail',
    instanceId: options.instanceId,
    repository: source,
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
  });
  unleash.on(UnleashEvents.Error, options.onError);
  unleash.on(UnleashEvents.Warn, (warning: unknown) => options.onError(new Error(String(warning))));
  source.once(UnleashEvents.Ready, () => {
    known = true;
    metrics.flagsKnown.set(1);
  });
  void source.start();
  return {
    notReady() {
      if (known) return null;
      const why = source.failure === null ? '' : `: ${source.failure}`;
      return `no state of the flags is known yet${why}`;
    },
    // The client warns of each question that comes too early.
    isEnabled: (name, customerId) =>
      known && unleash.isEnabled(name, customerId === undefined ? {} : { userId: customerId }),
    isOn: (name) => source.getToggle(name)?.enabled ?? false,
    close: () => source.stop(),
  };
}
