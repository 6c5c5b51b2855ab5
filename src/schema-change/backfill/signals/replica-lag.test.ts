import { describe, expect, it } from 'vitest';
import { createPositions } from './replica-lag.ts';

describe('the age of a replica', () => {
  it('is that of the oldest position that it has not replayed', () => {
    const positions = createPositions();
    positions.note(0, 100);
    positions.note(1_000, 200);
    positions.note(2_000, 300);
    expect(positions.ageBeyond(150, 2_500)).toBe(1_500);
    expect(positions.ageBeyond(250, 2_500)).toBe(500);
    expect(positions.ageBeyond(300, 2_500)).toBe(0);
  });

  it('grows while the replay stands still, and counts from when a position was first there', () => {
    const positions = createPositions();
    for (const at of [0, 100, 200]) positions.note(at, 100);
    expect(positions.ageBeyond(50, 250)).toBe(250);
    positions.note(900, 500);
    expect(positions.ageBeyond(50, 1_000)).toBe(1_000);
  });
});
