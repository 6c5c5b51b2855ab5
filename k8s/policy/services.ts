import { type KubeObject, matches, ofKind, type Problem } from './objects.ts';
import type { PodSpec } from './pod-template.ts';
import { labelledPodsOf } from './pods.ts';

/** A Service that selects nobody answers nobody. */
export function checkServiceSelector(objects: readonly KubeObject[]): Problem[] {
  const pods = labelledPodsOf(objects);
  return ofKind(objects, 'Service')
    .filter(({ spec }) => spec.selector !== undefined)
    .filter(({ spec }) => !pods.some(({ labels }) => matches(spec.selector, labels)))
    .map((object) => ({
      object,
      path: 'spec.selector',
      problem: 'selects no pods',
      remedy: "take labels of a pod's template",
    }));
}

/** A Service's port leads to one that every selected pod has. */
export function checkServicePorts(objects: readonly KubeObject[]): Problem[] {
  const pods = labelledPodsOf(objects);
  return ofKind(objects, 'Service').flatMap((object) => {
    const selected = pods.filter(({ labels }) => matches(object.spec.selector, labels));
    return (object.spec.ports ?? []).flatMap((port, index) => {
      const target = port.targetPort ?? port.port;
      const without = selected.find(({ template }) => !hasPort(template.spec, target));
      if (without === undefined) return [];
      const pod = without.owner.metadata.name;
      return [
        {
          object,
          path: `spec.ports[${index}].targetPort`,
          problem: `the pods of ${pod} have no port ${target}`,
          remedy: 'name a port of their containers',
        },
      ];
    });
  });
}

function hasPort({ containers }: PodSpec, target: string | number): boolean {
  const ports = containers.flatMap((container) => container.ports ?? []);
  return ports.some(({ name, containerPort }) => target === name || target === containerPort);
}

/** What Prometheus is to look at is there: a Service with that label and a port of that name. */
export function checkServiceMonitor(objects: readonly KubeObject[]): Problem[] {
  const services = ofKind(objects, 'Service');
  return ofKind(objects, 'ServiceMonitor').flatMap((object) => {
    const selected = services.filter(({ metadata }) =>
      matches(object.spec.selector.matchLabels, metadata.labels),
    );
    if (selected.length === 0) {
      const remedy = 'take labels of a Service, not those of its pods';
      return [{ object, path: 'spec.selector', problem: 'selects no Service', remedy }];
    }
    const names = selected.flatMap(({ spec }) => (spec.ports ?? []).map(({ name }) => name));
    return object.spec.endpoints.flatMap(({ port }, index) =>
      names.includes(port)
        ? []
        : [
            {
              object,
              path: `spec.endpoints[${index}].port`,
              problem: `no selected Service has a port of the name ${port}`,
              remedy: `take one of ${names.join(', ')}`,
            },
          ],
    );
  });
}
