import { describe, expect, it } from 'vitest';
import { type SchemaState, schemaStates } from '../../releases.ts';
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

/** The phase for each of the four proposals; null where such a release cannot run. */
const expected: readonly {
  readonly code: 'before the change' | 'for both shapes' | 'for the new shape alone';
  readonly phases: readonly [Name, ...Name[]];
  readonly on: Readonly<Record<SchemaState, readonly Name[] | null>>;
}[] = [
  {
    code: 'before the change',
    phases: ['old'],
    on: { baseline: all('old'), expanded: all('old'), relaxed: null, contracted: null },
  },
  {
    code: 'for both shapes',
    phases: ['old', 'dual-read-old', 'dual-read-new'],
    on: {
      baseline: all('old'),
      expanded: proposed,
      relaxed: all('dual-read-new'),
      contracted: null,
    },
  },
  {
    code: 'for the new shape alone',
    phases: ['new'],
    on: { baseline: null, expanded: null, relaxed: all('new'), contracted: all('new') },
  },
];

describe('decidePhase', () => {
  const cells = expected.flatMap(({ code, phases: ofRelease, on }) =>
    schemaStates.map((schema) => ({ code, ofRelease, schema, names: on[schema] })),
  );

  it.each(cells)('with code $code on $schema: $names', ({ ofRelease, schema, names }) => {
    for (const [index, flags] of proposals.entries()) {
      const decide = () => decidePhase({ phases: ofRelease }, schema, flags);
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
