import { fileURLToPath } from 'node:url';
import { render } from '../check/render.ts';
import type { KubeObject } from '../policy/objects.ts';
import { containersOf, type Placed, servingPodsOf } from '../policy/pods.ts';
import { type Program, programOf } from '../policy/programs.ts';

const overlays = new URL('../overlays/', import.meta.url);

/** The objects of an overlay; throws where it does not render. */
export async function renderedObjects(overlay: string): Promise<readonly KubeObject[]> {
  const rendering = await render(fileURLToPath(new URL(overlay, overlays)));
  if ('problem' in rendering) throw new Error(rendering.problem);
  return rendering.objects;
}

/** The first container in which a program runs. */
export function programIn(objects: readonly KubeObject[], program: Program): Placed {
  const [placed] = containersOf(servingPodsOf(objects)).filter(
    ({ container }) => programOf(container) === program,
  );
  if (placed === undefined) throw new Error(`nowhere runs ${program}`);
  return placed;
}

/** What the three probes ask for: the path, on the port that their name stands for. */
export function probesOf({ container }: Placed) {
  return [container.startupProbe, container.readinessProbe, container.livenessProbe].map(
    (probe) => {
      const { path = '', port } = probe?.httpGet ?? {};
      const named = container.ports?.find(({ name }) => name === port);
      return { path, port: named?.containerPort };
    },
  );
}
