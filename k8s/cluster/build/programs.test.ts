import { describe, expect, it } from 'vitest';
import { buildArguments, kubernetesVersion, programsFolder, requiredVersion } from './programs.ts';

describe('requiredVersion', () => {
  const goMod = [
    'module a.test/b',
    'require k8s.io/other v9.9.9',
    'require (',
    '\tk8s.io/kubernetes v1.34.4',
    ')',
    'replace k8s.io/api => k8s.io/api v0.34.4',
  ].join('\n');

  it('is the one in go.mod', () => {
    expect(requiredVersion(goMod, 'k8s.io/kubernetes')).toBe('1.34.4');
  });

  it('is not one that something is replaced with', () => {
    expect(() => requiredVersion(goMod, 'k8s.io/api')).toThrow('go.mod requires no k8s.io/api.');
  });

  it('finds that of this project', () => {
    expect(kubernetesVersion()).toMatch(/^1\.\d+\.\d+$/);
  });
});

it('keeps the programs where XDG says', () => {
  const env = { XDG_CACHE_HOME: '/x' };
  expect(programsFolder('1.2.3', env)).toBe('/x/scaleretail/kubernetes-1.2.3');
});

it('tells the programs their version', () => {
  expect(buildArguments('kubectl', '1.34.4', '/to/kubectl')).toEqual([
    'build',
    '-trimpath',
    '-buildvcs=false',
    expect.stringContaining('-X k8s.io/component-base/version.gitVersion=v1.34.4'),
    '-o',
    '/to/kubectl',
    'k8s.io/kubernetes/cmd/kubectl',
  ]);
});
