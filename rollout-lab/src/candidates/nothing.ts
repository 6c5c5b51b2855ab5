import type { Candidate } from './candidate.ts';
import { healthy } from './healthy.ts';

/** Nothing is rolled out: the release that is there, under load, for whoever breaks something around it. */
export const nothing: Candidate = { ...healthy, name: 'nothing', upTo: 'nothing' };
