import { type KubeObject, named, type Problem } from './objects.ts';
import { gateAnswers } from './serves.ts';

const address = /http:\/\/schema-gate[\w.-]*:(\d+)(\/[\w/-]*)/g;

/** Whoever asks a gate asks where one answers. */
export function checkGateAddress(objects: readonly KubeObject[]): Problem[] {
  const ports = named(objects, 'Service', 'schema-gate')?.spec.ports ?? [];
  return objects.flatMap((object) =>
    [...JSON.stringify(object).matchAll(address)]
      .filter(
        ([, port, path = '']) =>
          !ports.some((its) => its.port === Number(port)) || !gateAnswers(path),
      )
      .map(([url]) => ({
        object,
        path: '.',
        problem: `no gate answers at ${url}`,
        remedy: 'take the port of the Service schema-gate, and a path of docs/gate.md',
      })),
  );
}
