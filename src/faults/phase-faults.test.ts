import { describe, expect, it } from 'vitest';
import { orderTotal } from '../changes/minor-units/change.ts';
import { readMoney, writeMoney } from '../changes/minor-units/money-sql.ts';
import { phaseOf } from '../schema-change/phases/phases.ts';
import { parseFaults } from './faults.ts';
import { faultyPhases } from './phase-faults.ts';

const value = { minor: '$1', currency: '$2' };
const asMade = (faults: string) => faultyPhases(parseFaults(faults));

describe('phases of a release that was made wrong', () => {
  it('are the phases themselves without a fault', () => {
    for (const name of ['old', 'dual-read-old', 'dual-read-new', 'new'] as const) {
      expect(asMade('none')(phaseOf(name))).toEqual(phaseOf(name));
    }
  });

  it('read the new columns and nothing else', () => {
    const phase = asMade('reads-without-fallback')(phaseOf('dual-read-new'));
    expect(readMoney(phase, orderTotal, 'o').minor).toBe('o.total_minor');
    const before = asMade('reads-without-fallback')(phaseOf('dual-read-old'));
    expect(readMoney(before, orderTotal, 'o').minor).toContain('o.total * 100');
  });

  it('write the new column through a float, and the old one as it is', () => {
    const phase = asMade('money-through-float')(phaseOf('dual-read-old'));
    const { columns, values } = writeMoney(phase, orderTotal, value);
    expect(columns).toBe('total, total_minor, currency');
    expect(values).toContain('float8');
    expect(values.split(', ')[0]).not.toContain('float8');
    const healthy = writeMoney(phaseOf('dual-read-old'), orderTotal, value);
    expect(healthy.values).not.toContain('float8');
  });

  it('write one shape exactly', () => {
    const phase = asMade('money-through-float')(phaseOf('new'));
    expect(writeMoney(phase, orderTotal, value).values).not.toContain('float8');
  });
});
