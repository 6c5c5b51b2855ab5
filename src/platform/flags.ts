import { InMemStorageProvider, Unleash, UnleashEvents } from 'unleash-client';
import type { Metrics } from './metrics.ts';

/** The flags that the service asks about. */
export const flagNames = ['orders.dual-write', 'orders.read-new', 'orders.shadow-compare'] as const;
export type FlagName = (typeof flagNames)[number];

export interface Flags {
  /** Whether any state of the flags is known, from the server or from the bootstrap file. */
  known(): boolean;
  /** Resolves when a state is known; never, if none ever is. */
  readonly ready: Promise<void>;
  /** `customerId` keeps a customer on the same side of a gradual rollout; absent: nobody. */
  isEnabled(name: FlagName, customerId?: string): boolean;
  /** Whether the flag is on at all, for whatever share of the customers. */
  isOn(name: FlagName): boolean;
  close(): void;
}

export interface FlagOptions {
  readonly unleashUrl: string;
  readonly token: string | undefined;
  readonly pollMs: number;
  readonly bootstrapFile: string | undefined;
  readonly instanceId: string;
  readonly onError: (error: Error) => void;
}

/** Connects to Unleash. Does not wait for it and does not fail without it: see `ready`. */
export function createFlags(options: FlagOptions, metrics: Metrics): Flags {
  let known = false;
  let closed = false;
  const headers = { Authorization: options.token ?? '' };
  const unleash = new Unleash({
    url: options.unleashUrl,
    appName: 'scaleretail',
    instanceId: options.instanceId,
    refreshInterval: options.pollMs,
    // `destroy()` takes away the listeners of a fetch that is still under way, whose failure then
    // ends the process. A header that never comes stops the polling without that.
    customHeadersFunction: () => (closed ? new Promise(() => {}) : Promise.resolve(headers)),
    // A backup in the temporary folder would be shared with whatever else runs on the machine.
    storageProvider: new InMemStorageProvider(),
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    ...(options.bootstrapFile !== undefined && {
      bootstrap: { filePath: options.bootstrapFile },
      bootstrapOverride: true,
    }),
  });
  unleash.on(UnleashEvents.Error, options.onError);
  unleash.on(UnleashEvents.Warn, (warning: unknown) => options.onError(new Error(String(warning))));
  const ready = new Promise<void>((resolve) => {
    unleash.once(UnleashEvents.Ready, () => {
      known = true;
      metrics.flagsKnown.set(1);
      resolve();
    });
  });
  // What a bootstrap file says is a change too, and no contact.
  let fromFile = options.bootstrapFile !== undefined;
  const didContact = () => metrics.flagsLastContact.setToCurrentTime();
  unleash.on(UnleashEvents.Unchanged, didContact);
  unleash.on(UnleashEvents.Changed, () => {
    if (!fromFile) didContact();
    fromFile = false;
  });
  unleash.start().catch(options.onError);
  return {
    known: () => known,
    ready,
    isEnabled: (name, customerId) =>
      unleash.isEnabled(name, customerId === undefined ? {} : { userId: customerId }),
    isOn: (name) => unleash.getFeatureToggleDefinition(name)?.enabled ?? false,
    close() {
      closed = true;
    },
  };
}
