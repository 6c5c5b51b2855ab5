import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changes } from './changes/changes.ts';
import {
  compareReleases,
  inChange,
  isReleaseName,
  liveCacheShapes,
  releaseNames,
  releaseOf,
  releases,
  schemaStates,
} from './releases.ts';
import { releasesOf } from './schema-change/change-releases.ts';
import { phases, phasesAllowedOn } from './schema-change/phases/phases.ts';

const rows = [...releases.values()];
const folder = new URL('../migrations/', import.meta.url);

const cells = rows.flatMap((row) => changes.map(({ name: change }) => ({ row, change })));
const neighbours = rows.slice(1).flatMap((newer, index) => {
  const older = rows[index];
  return older === undefined ? [] : changes.map(({ name: change }) => ({ older, newer, change }));
});

function sharedStates({ older, newer, change }: (typeof neighbours)[number]) {
  const theirs = inChange(newer, change).runsOn;
  return inChange(older, change).runsOn.filter((state) => theirs.includes(state));
}

describe('the table of releases', () => {
  it('has a row for every name, oldest first', () => {
    expect(rows.map((row) => row.name)).toEqual(releaseNames);
    expect(releaseNames.toSorted(compareReleases)).toEqual(releaseNames);
    for (const name of releaseNames) expect(releaseOf(name).name).toBe(name);
    expect(isReleaseName('4.0')).toBe(true);
    expect(isReleaseName('4')).toBe(false);
  });

  it('lists every migration of the folder once and in order', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.(sql|ts)$/, ''));
    const listed = rows.flatMap((row) => [...row.expand, ...row.contract]);
    expect(listed).toEqual(files.toSorted());
  });

  it('expands with expand migrations and contracts with contract migrations', () => {
    for (const { expand, contract } of rows) {
      for (const migration of expand) expect(migration).toMatch(/^\d{4}_expand_/);
      for (const migration of contract) expect(migration).toMatch(/^\d{4}_contract_/);
    }
  });

  it('ships changes that are known, one after the other', () => {
    const known = changes.map(({ name }) => name);
    for (const row of rows) {
      for (const name of Object.keys(row.changes)) expect(known).toContain(name);
      if (row.ships !== null) expect(Object.keys(row.changes)).toContain(row.ships);
    }
    const shipped = rows.flatMap(({ ships }) => (ships === null ? [] : [ships]));
    expect([...new Set(shipped)]).toEqual(known);
    expect(shipped).toEqual(known.flatMap((name) => shipped.filter((ships) => ships === name)));
    for (const name of known) {
      const { expand, relax, contract } = releasesOf(name);
      const order = [expand, relax, contract].map((release) => rows.indexOf(release));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(new Set(order).size).toBe(3);
    }
  });

  it.each(cells)('$row.name runs on neighbouring states of $change, with a phase', (cell) => {
    const { phases: ofRelease, runsOn } = inChange(cell.row, cell.change);
    const ranks = runsOn.map((state) => schemaStates.indexOf(state));
    expect(ranks).toEqual(ranks.map((_, index) => (ranks[0] ?? -1) + index));
    for (const state of runsOn) {
      expect(ofRelease.some((phase) => phasesAllowedOn[state].includes(phase))).toBe(true);
    }
  });

  it.each(neighbours)('$older.name and $newer.name share a state of $change', (pair) => {
    expect(sharedStates(pair)).not.toEqual([]);
  });

  it.each(neighbours)('$older.name is safe beside $newer.name in $change', (pair) => {
    for (const state of sharedStates(pair)) {
      const [mine, theirs] = [pair.older, pair.newer].map((release) =>
        inChange(release, pair.change).phases.filter((p) => phasesAllowedOn[state].includes(p)),
      );
      const safe = mine?.every((phase) =>
        theirs?.every((other) => {
          const beside = phases.find(({ name }) => name === phase)?.safeBeside ?? [];
          return phase === other || beside.includes(other);
        }),
      );
      expect(safe, `on ${state}`).toBe(true);
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
