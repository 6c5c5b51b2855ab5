import { describe, expect, it } from 'vitest';
import {
  inChange,
  type ReleaseName,
  releaseOf,
  releases,
  type SchemaState,
  schemaStates,
} from '../releases.ts';
import {
  decidePhase,
  type FlagProposal,
  NoCommonPhaseError,
  type Phase,
  phaseOf,
  phases,
  proposedPhase,
  touchesOld,
  writesOldOnly,
} from './phases.ts';

type Name = Phase['name'];

/** What the flags can say: [dual-write, read-new]. */
const proposals: readonly FlagProposal[] = [
  { dualWrite: false, readNew: false },
  { dualWrite: false, readNew: true },
  { dualWrite: true, readNew: false },
  { dualWrite: true, readNew: true },
];
const proposed: readonly Name[] = ['old', 'old', 'dual-read-old', 'dual-read-new'];

const all = (name: Name): readonly Name[] => [name, name, name, name];

/** The phase for each of the four proposals; null where the release cannot run. */
const expected: Record<ReleaseName, Record<SchemaState, readonly Name[] | null>> = {
  '1.0': { baseline: all('old'), expanded: all('old'), relaxed: null, contracted: null },
  '2.0': {
    baseline: all('old'),
    expanded: proposed,
    relaxed: all('dual-read-new'),
    contracted: null,
  },
  '3.0': { baseline: null, expanded: null, relaxed: all('new'), contracted: all('new') },
  '4.0': { baseline: null, expanded: null, relaxed: all('new'), contracted: all('new') },
};

describe('decidePhase', () => {
  const cells = [...releases.keys()].flatMap((release) =>
    schemaStates.map((schema) => ({ release, schema, names: expected[release][schema] })),
  );

  it.each(cells)('release $release on $schema: $names', ({ release, schema, names }) => {
    for (const [index, flags] of proposals.entries()) {
      const decide = () => decidePhase(inChange(releaseOf(release), 'minor-units'), schema, flags);
      if (names === null) expect(decide).toThrow(NoCommonPhaseError);
      else expect(decide().name).toBe(names[index]);
    }
  });

  const release = (...phasesOf: [Name, ...Name[]]) => ({ phases: phasesOf });
  const toReadOld = { dualWrite: true, readNew: false };

  it('takes the nearest of what is allowed', () => {
    const apart = release('old', 'dual-read-new');
    expect(decidePhase(apart, 'expanded', { dualWrite: false, readNew: false }).name).toBe('old');
    expect(decidePhase(apart, 'expanded', { dualWrite: true, readNew: true }).name).toBe(
      'dual-read-new',
    );
  });

  it('takes the later of two that are equally near, whatever their order in the table', () => {
    expect(decidePhase(release('old', 'dual-read-new'), 'expanded', toReadOld).name).toBe(
      'dual-read-new',
    );
    expect(decidePhase(release('dual-read-new', 'old'), 'expanded', toReadOld).name).toBe(
      'dual-read-new',
    );
  });

  it('says which release and which schema have no phase in common', () => {
    const decide = () => decidePhase(release('old'), 'contracted', toReadOld);
    expect(decide).toThrow('schema "contracted" allows none of the phases old');
    expect(decide).toThrow(expect.objectContaining({ schema: 'contracted' }));
  });
});

it('never proposes to read what is not written', () => {
  expect(proposals.map(proposedPhase)).toEqual(proposed);
  for (const flags of proposals) {
    const { reads, writes } = phaseOf(proposedPhase(flags));
    expect(writes).toContain(reads);
  }
});

describe('the table of phases', () => {
  it.each(phases)('$name: whoever it is safe beside says so too', ({ name, safeBeside }) => {
    expect(safeBeside).not.toContain(name);
    for (const other of safeBeside) expect(phaseOf(other).safeBeside).toContain(name);
  });

  it('makes every two neighbours safe beside each other', () => {
    for (const [index, { safeBeside }] of phases.entries()) {
      const next = phases[index + 1];
      if (next !== undefined) expect(safeBeside).toContain(next.name);
    }
  });

  it('says who touches the old shape', () => {
    const touching = phases.map((phase) => ({ ...touchesOld(phase), only: writesOldOnly(phase) }));
    expect(touching).toEqual([
      { reads: true, writes: true, only: true },
      { reads: true, writes: true, only: false },
      { reads: true, writes: true, only: false },
      { reads: false, writes: false, only: false },
    ]);
  });
});
