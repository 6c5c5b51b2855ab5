import { describe, expect, it } from 'vitest';
import type { Phases } from './changes/changes.ts';
import { phasesHeaderOf } from './phases-header.ts';
import { type ReleaseName, releaseOf } from './releases.ts';
import { type Phase, phaseOf } from './schema-change/phases/phases.ts';

function told(release: ReleaseName, money: Phase['name'], address: Phase['name']): string {
  const phases: Phases = { 'minor-units': phaseOf(money), 'shipping-address': phaseOf(address) };
  return phasesHeaderOf(releaseOf(release))(phases);
}

describe('x-phases', () => {
  it('names the change that flags decide on, and its phase', () => {
    expect(told('2.0', 'dual-read-new', 'old')).toBe('minor-units=dual-read-new');
    expect(told('2.0', 'old', 'old')).toBe('minor-units=old');
    expect(told('5.0', 'new', 'dual-read-old')).toBe('shipping-address=dual-read-old');
  });

  it.each<ReleaseName>(['1.0', '3.0', '4.0', '6.0', '7.0'])('is empty for %s', (release) => {
    expect(told(release, 'new', 'new')).toBe('');
  });
});
