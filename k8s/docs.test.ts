import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagNames } from '../src/changes/changes.ts';
import { inChange, releases, schemaStates } from '../src/releases.ts';
import { overlays } from './check/overlays.ts';
import { rules } from './policy/rules.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const map = read('k8s/README.md');
const order = read('docs/kubernetes.md');
const names = overlays().map(({ name }) => name);

describe('what is written about the manifests', () => {
  it.each(overlays())('$name has a page', ({ folder }) => {
    const own = existsSync(join(folder, 'README.md'));
    expect(own || existsSync(join(folder, '..', 'README.md'))).toBe(true);
  });

  it('the order names overlays that are there', () => {
    const said = [...order.matchAll(/`((?:migrations\/|argo-|flagger-)[\w-]+)`/g)].map(
      ([, n]) => n,
    );
    expect(said.length).toBeGreaterThan(8);
    expect(said.filter((name) => name !== undefined && !names.includes(name))).toEqual([]);
  });

  it('the order names flags that are there', () => {
    const said = [...order.matchAll(/`(orders\.[\w-]+)`/g)].map(([, flag = '']) => flag);
    expect(said.length).toBeGreaterThan(2);
    expect(said.filter((flag) => !flagNames.includes(flag))).toEqual([]);
  });

  it('the order knows which of its releases run on which state', () => {
    const rows = [...order.matchAll(/^\| (\w+) \| ([\d., ]+) \| [^|]+\| [^|]+\|$/gm)];
    expect(rows.map(([, state]) => state)).toEqual([...schemaStates]);
    for (const [, state, said = ''] of rows) {
      const run = [...releases.values()].filter(
        (release) =>
          ['1.0', '2.0', '3.0', '4.0'].includes(release.name) &&
          inChange(release, 'minor-units').runsOn.some((known) => known === state),
      );
      expect(said).toBe(run.map(({ name }) => name).join(', '));
    }
  });

  it('the map has every rule', () => {
    const said = new Set([...map.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name));
    expect(rules.map(({ name }) => name).filter((name) => !said.has(name))).toEqual([]);
  });
});
