import { readFileSync } from 'node:fs';
import { rolloutParameters } from '@scaleretail/embedded/flag-wire';
import { expect, it } from 'vitest';
import { allFlags } from '../world/world.ts';

interface Imported {
  readonly features: readonly { readonly name: string }[];
  readonly featureStrategies: readonly {
    readonly featureName: string;
    readonly parameters: object;
  }[];
  readonly featureEnvironments: readonly { readonly name: string; readonly enabled: boolean }[];
}

it('Unleash imports the flags that the embedded server has', () => {
  const file = new URL('../../../compose/unleash/flags.json', import.meta.url);
  const imported = JSON.parse(readFileSync(file, 'utf8')) as Imported;
  const flags = allFlags();
  expect(imported.features.map(({ name }) => name)).toEqual(flags.map(({ name }) => name));
  expect(imported.featureStrategies.map((s) => [s.featureName, s.parameters])).toEqual(
    flags.map((flag) => [flag.name, rolloutParameters(flag)]),
  );
  expect(imported.featureEnvironments.map(({ name, enabled }) => [name, enabled])).toEqual(
    flags.map(({ name, enabled }) => [name, enabled]),
  );
});
