import { sqlState } from '../../platform/postgres/postgres.ts';
import type { Reading, Signal, Surroundings } from './signals/signal.ts';

/** What the last look at a signal found. */
export interface SignalState {
  readonly name: string;
  readonly unit: Signal['unit'];
  /** Null: switched off, only shown. */
  readonly threshold: number | null;
  /** In `unit`; null when there is nothing to measure. */
  readonly value: number | null;
  readonly bad: boolean;
  readonly note: string;
}

/** Thresholds by the name of a signal: another one than its own, or null for "off". */
export type Thresholds = Readonly<Record<string, number | null>>;

export interface Watch {
  /** Looks at every signal that is due. Workers that ask at once share one look. */
  look(): Promise<readonly SignalState[]>;
}

const insufficientPrivilege = '42501';

export function createWatch(
  signals: readonly Signal[],
  thresholds: Thresholds,
  surroundings: Surroundings,
): Watch {
  const watched = signals.map((signal) => {
    const given = thresholds[signal.name];
    const threshold = given === undefined ? signal.threshold : given;
    return createWatched(signal, threshold, signal.watch(surroundings));
  });
  let underWay: Promise<readonly SignalState[]> | null = null;
  return {
    look() {
      underWay ??= Promise.all(watched.map((each) => each.look())).finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
}

function createWatched(
  signal: Signal,
  threshold: number | null,
  read: () => Promise<Reading>,
): { look(): Promise<SignalState> } {
  let last: { at: number; state: SignalState } | null = null;
  return {
    async look() {
      const now = performance.now();
      if (last !== null && now - last.at < signal.everyMs) return last.state;
      const reading = await read().catch(unreadable);
      last = { at: now, state: toState(signal, threshold, reading) };
      return last.state;
    },
  };
}

function unreadable(error: unknown): Reading {
  const note = error instanceof Error ? error.message : String(error);
  return { kind: sqlState(error) === insufficientPrivilege ? 'unwatched' : 'silent', note };
}

function toState(signal: Signal, threshold: number | null, reading: Reading): SignalState {
  const value = reading.kind === 'measured' ? reading.value : null;
  const isBad = reading.kind === 'silent' || (value !== null && value > (threshold ?? value));
  return {
    name: signal.name,
    unit: signal.unit,
    threshold,
    value,
    bad: threshold !== null && isBad,
    note: reading.note ?? '',
  };
}

/** A signal's value as people read it: `p99 612 ms > 500 ms`, `p99 no answer from …`. */
export function showSignal(state: SignalState): string {
  const { name, unit, value, threshold, bad, note } = state;
  if (value === null) return `${name} ${note}`;
  const limit = bad ? ` > ${threshold} ${unit}` : '';
  return `${name} ${round(value)} ${unit}${limit}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
