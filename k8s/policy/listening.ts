import { processFields } from '../../src/config/process.ts';
import type { KubeObject, Problem } from './objects.ts';
import { containersOf, type Placed, problemAt, servingPodsOf } from './pods.ts';
import { programOf, schemaWords } from './programs.ts';
import { variablesOf } from './variables.ts';

interface Address {
  readonly host: string | undefined;
  readonly port: string | undefined;
  /** Where the two are said. */
  readonly from: string;
}

/** The program listens on the port that the container names, and for others than itself. */
export function checkListening(objects: readonly KubeObject[]): Problem[] {
  return containersOf(servingPodsOf(objects)).flatMap((placed) => {
    const address = addressOf(placed, objects);
    if (address === null) return [];
    const { host, port, from } = address;
    const ports = (placed.container.ports ?? []).map(({ containerPort }) => String(containerPort));
    return [
      ...(ports.includes(port ?? '')
        ? []
        : [
            problemAt(
              placed,
              'ports',
              `${port} of ${from} is not among them`,
              'write the same port',
            ),
          ]),
      ...(host === '0.0.0.0' || host === '::'
        ? []
        : [problemAt(placed, from, `nobody else reaches ${host}`, 'listen on 0.0.0.0')]),
    ];
  });
}

function addressOf(placed: Placed, objects: readonly KubeObject[]): Address | null {
  const program = programOf(placed.container);
  if (program === 'service') {
    const variables = variablesOf(placed, objects);
    const { host, port } = processFields;
    return {
      host: variables.get(host.name)?.value ?? host.otherwise,
      port: variables.get(port.name)?.value ?? port.otherwise,
      from: `${host.name} and ${port.name}`,
    };
  }
  if (program !== 'gate') return null;
  const words = schemaWords(placed.container);
  const after = (option: string) => words[words.indexOf(option) + 1];
  return { host: after('--host'), port: after('--port'), from: 'args' };
}
