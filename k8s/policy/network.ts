import { type KubeObject, type Labels, matches, ofKind, type Problem } from './objects.ts';
import type { PodTemplate } from './pod-template.ts';
import { labelledPodsOf, podsOf, servingPodsOf } from './pods.ts';

/** Where pods serve, nobody talks to anybody but by a policy that says so. */
export function checkDefaultDeny(objects: readonly KubeObject[]): Problem[] {
  const [first] = servingPodsOf(objects);
  if (first === undefined || ofKind(objects, 'NetworkPolicy').some(deniesAll)) return [];
  return [
    {
      object: first.owner,
      path: '.',
      problem: 'no NetworkPolicy denies what is not allowed',
      remedy: 'add one with podSelector: {}, policyTypes [Ingress, Egress] and no rules',
    },
  ];
}

type NetworkPolicy = ReturnType<typeof ofKind<'NetworkPolicy'>>[number];

function deniesAll({ spec }: NetworkPolicy): boolean {
  const { podSelector = {}, policyTypes = [], ingress = [], egress = [] } = spec;
  const everyone = Object.keys(podSelector).length === 0;
  const both = policyTypes.includes('Ingress') && policyTypes.includes('Egress');
  return everyone && both && ingress.length === 0 && egress.length === 0;
}

/** A policy about this project's pods is about some of them, and lets in at a port that they have. */
export function checkNetworkPolicies(objects: readonly KubeObject[]): Problem[] {
  const pods = [
    ...labelledPodsOf(objects),
    ...podsOf(objects).map((pod) => ({ ...pod, labels: pod.template.metadata?.labels ?? {} })),
  ];
  return ofKind(objects, 'NetworkPolicy').flatMap((object) => {
    const wanted: Labels = object.spec.podSelector?.matchLabels ?? {};
    if (wanted['app.kubernetes.io/part-of'] === undefined) return [];
    const selected = pods.filter(({ labels }) => matches(wanted, labels));
    if (selected.length === 0) {
      const remedy = "take labels of a pod's template";
      return [{ object, path: 'spec.podSelector', problem: 'selects no pods', remedy }];
    }
    const ports = (object.spec.ingress ?? []).flatMap((rule) => rule.ports ?? []);
    return ports
      .filter(({ port }) => !selected.some(({ template }) => listensAt(template, port)))
      .map(({ port }) => ({
        object,
        path: 'spec.ingress',
        problem: `no selected pod has a port ${port}`,
        remedy: 'name a port of their containers',
      }));
  });
}

function listensAt({ spec }: PodTemplate, port: string | number | undefined): boolean {
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return ports.some(({ name, containerPort }) => port === name || port === containerPort);
}
