import { minorUnits } from './minor-units.ts';
import { shippingAddress } from './shipping-address.ts';

/** The changes of the schema that a run can take a shop through. A new one is one object. */
export const changes = [minorUnits, shippingAddress] as const;
