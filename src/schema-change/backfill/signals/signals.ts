import { lockWaits } from './lock-waits.ts';
import { longTransactions } from './long-transactions.ts';
import { p99 } from './p99.ts';
import { replicaLag } from './replica-lag.ts';
import type { Signal } from './signal.ts';
import { walRate } from './wal-rate.ts';

/** All health signals, in the order in which they are shown. */
export const signals: readonly Signal[] = [p99, replicaLag, walRate, lockWaits, longTransactions];
