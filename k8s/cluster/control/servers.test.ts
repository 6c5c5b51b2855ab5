import { expect, it } from 'vitest';
import { apiServerArguments, controllerManagerArguments, etcdArguments } from './servers.ts';

const site = { folder: '/run/here', port: 4711 };
const all = [etcdArguments, apiServerArguments, controllerManagerArguments];

it('every server can be told by the folder that it was started on', () => {
  for (const argumentsOf of all) expect(argumentsOf(site).join(' ')).toContain(site.folder);
});

it('nothing is asked for twice', () => {
  for (const argumentsOf of all) {
    const names = argumentsOf(site).map((argument) => argument.split('=', 1)[0]);
    expect(new Set(names).size).toBe(names.length);
  }
});

it('the API server listens on the port of the site, to this machine alone', () => {
  const found = apiServerArguments(site);
  expect(found).toContain('--secure-port=4711');
  expect(found).toContain('--bind-address=127.0.0.1');
});
