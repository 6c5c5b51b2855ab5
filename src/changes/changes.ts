import type { SchemaChange } from '../schema-change/change.ts';
import type { PhaseTracker } from '../schema-change/phases/phase-tracker.ts';
import type { Phases as PhasesOf } from '../schema-change/phases/phases.ts';
import { minorUnits } from './minor-units/change.ts';
import { shippingAddress } from './shipping-address/change.ts';

/** Every change of the schema, in the order in which they are shipped: one after the other. */
export const changes = [minorUnits, shippingAddress] as const satisfies readonly SchemaChange[];

export type ChangeName = (typeof changes)[number]['name'];

/** The phase of a request in each of the changes. */
export type Phases = PhasesOf<ChangeName>;

export type Tracker = PhaseTracker<ChangeName>;

/** The flags of all changes. */
export const flagNames: readonly string[] = changes.flatMap(({ flags }) => Object.values(flags));
