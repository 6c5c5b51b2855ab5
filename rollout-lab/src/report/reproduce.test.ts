import { describe, expect, it } from 'vitest';
import { fakeResult } from './fake-result.ts';
import { commandOf } from './reproduce.ts';

describe('the command of a result', () => {
  it('names everything that the load and the steps depend on', () => {
    expect(commandOf(fakeResult())).toBe(
      'npm run lab -- run --strategy canary --candidate healthy --change minor-units --quick --rate 220 --seed-orders 1000 --seed 1 --cost-per-hour 300000',
    );
  });

  it('is that of the demo for a demo whose steps no other command has', () => {
    const { environment } = fakeResult();
    const shown = fakeResult({ environment: { ...environment, profile: 'demo' } });
    expect(commandOf(shown)).toMatch(/^npm run demo -- --quick --rate 220 /);
  });

  it('names what was planted', () => {
    expect(commandOf(fakeResult({ plant: 'no-drain' }))).toContain(' --plant no-drain ');
  });

  it('names the way back where it is not the usual one, and quotes a seed for the shell', () => {
    const command = commandOf(fakeResult({ goBackBy: 'weight', seed: "it's" }));
    expect(command).toContain(' --go-back weight ');
    expect(command).toContain(String.raw` --seed 'it'\''s' `);
  });
});
