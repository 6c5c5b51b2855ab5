import { expect, it } from 'vitest';
import { phaseSlug } from './phase-slug.ts';

it.each([
  ['baseline', 'baseline'],
  ['canary 1.0 → 2.0', 'canary-1.0-2.0'],
  ['expand: new columns beside the old ones', 'expand'],
  ['reads move to the new columns, cohort by cohort', 'reads-move-to-the-new-columns'],
])('%s', (title, slug) => expect(phaseSlug(title)).toBe(slug));
