import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compareReleases,
  isReleaseName,
  liveCacheShapes,
  releaseNames,
  releaseOf,
  releases,
  schemaStates,
} from './releases.ts';
import { phases, phasesAllowedOn } from './schema-change/phases.ts';

const rows = [...releases.values()];
const folder = new URL('../migrations/', import.meta.url);

describe('the table of releases', () => {
  it('has a row for every name, oldest first', () => {
    expect(rows.map((row) => row.name)).toEqual(releaseNames);
    expect(releaseNames.toSorted(compareReleases)).toEqual(releaseNames);
    for (const name of releaseNames) expect(releaseOf(name).name).toBe(name);
    expect(isReleaseName('4.0')).toBe(true);
    expect(isReleaseName('4')).toBe(false);
  });

  it('lists every migration of the folder once and in order', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.sql$/, ''));
    const listed = rows.flatMap((row) => [...row.expand, ...row.contract]);
    expect(listed).toEqual(files.toSorted());
  });

  it('expands with expand migrations and contracts with contract migrations', () => {
    for (const { expand, contract } of rows) {
      for (const migration of expand) expect(migration).toMatch(/^\d{4}_expand_/);
      for (const migration of contract) expect(migration).toMatch(/^\d{4}_contract_/);
    }
  });

  it.each(rows)('$name runs on neighbouring states, in which it has a phase', (row) => {
    const ranks = row.runsOn.map((state) => schemaStates.indexOf(state));
    expect(ranks).toEqual(ranks.map((_, index) => (ranks[0] ?? -1) + index));
    for (const state of row.runsOn) {
      expect(row.phases.some((phase) => phasesAllowedOn[state].includes(phase))).toBe(true);
    }
  });

  it('has a schema for every two neighbours to run on together', () => {
    for (const [index, older] of rows.entries()) {
      const newer = rows[index + 1];
      if (newer === undefined) continue;
      const shared = older.runsOn.filter((state) => newer.runsOn.includes(state));
      expect(shared, `${older.name} and ${newer.name}`).not.toEqual([]);
    }
  });

  it('has phases that two neighbours may be in on the schema that they share', () => {
    for (const older of rows) {
      const newer = rows[rows.indexOf(older) + 1];
      if (newer === undefined) continue;
      for (const state of older.runsOn.filter((shared) => newer.runsOn.includes(shared))) {
        const allowed = phasesAllowedOn[state];
        const mine = older.phases.filter((phase) => allowed.includes(phase));
        const theirs = newer.phases.filter((phase) => allowed.includes(phase));
        const safe = mine.every((phase) =>
          theirs.every((other) => {
            const beside = phases.find(({ name }) => name === phase)?.safeBeside ?? [];
            return phase === other || beside.includes(other);
          }),
        );
        expect(safe, `${older.name} beside ${newer.name} on ${state}`).toBe(true);
      }
    }
  });

  it('keeps selling in every currency that an older release sold in', () => {
    for (const [index, older] of rows.entries()) {
      expect(rows[index + 1]?.currencies ?? older.currencies).toEqual(
        expect.arrayContaining([...older.currencies]),
      );
    }
  });

  it('knows every cached shape that some release reads', () => {
    expect(liveCacheShapes).toEqual([...new Set(rows.map((row) => row.cacheShape))]);
  });
});
