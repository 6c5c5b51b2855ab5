import type { Labels } from './objects.ts';
import type { PodTemplate } from './pod-template.ts';

/** What the rules look at in each kind; everything else is left to the schemas. */
export interface Kinds {
  readonly Deployment: { readonly spec: Workload & { readonly strategy?: Strategy } };
  readonly StatefulSet: { readonly spec: Workload };
  readonly DaemonSet: { readonly spec: Workload };
  readonly Job: { readonly spec: Workload & JobSpec };
  readonly Rollout: { readonly spec: RolloutSpec };
  readonly Service: {
    readonly spec: { readonly selector?: Labels; readonly ports?: readonly ServicePort[] };
  };
  readonly ServiceAccount: object;
  readonly ConfigMap: { readonly data?: Labels };
  readonly Secret: object;
  readonly PodDisruptionBudget: { readonly spec: Budget };
  readonly HorizontalPodAutoscaler: {
    readonly spec: {
      readonly scaleTargetRef: { readonly kind: string; readonly name: string };
      readonly minReplicas?: number;
    };
  };
  readonly NetworkPolicy: {
    readonly spec: {
      readonly podSelector?: { readonly matchLabels?: Labels; readonly matchExpressions?: unknown };
      readonly policyTypes?: readonly string[];
      readonly ingress?: readonly {
        readonly ports?: readonly { readonly port?: string | number }[];
      }[];
      readonly egress?: readonly unknown[];
    };
  };
  readonly HTTPRoute: {
    readonly spec: { readonly rules?: readonly { readonly backendRefs?: readonly BackendRef[] }[] };
  };
  readonly Canary: { readonly spec: CanarySpec };
  readonly MetricTemplate: { readonly spec: { readonly query: string } };
  readonly AnalysisTemplate: { readonly spec: AnalysisSpec };
  readonly ServiceMonitor: {
    readonly spec: {
      readonly selector: { readonly matchLabels?: Labels };
      readonly endpoints: readonly { readonly port?: string; readonly path?: string }[];
    };
  };
  readonly PrometheusRule: {
    readonly spec: {
      readonly groups?: readonly {
        readonly rules?: readonly { readonly expr: string; readonly record?: string }[];
      }[];
    };
  };
}

export interface Workload {
  readonly replicas?: number;
  readonly selector?: { readonly matchLabels?: Labels };
  readonly template: PodTemplate;
}

interface Strategy {
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
}

interface JobSpec {
  readonly suspend?: boolean;
  readonly activeDeadlineSeconds?: number;
  readonly podFailurePolicy?: {
    readonly rules: readonly {
      readonly action: string;
      readonly onExitCodes?: { readonly operator: string; readonly values: readonly number[] };
    }[];
  };
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: string | number;
}

interface Budget {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: { readonly matchLabels?: Labels };
}

export interface BackendRef {
  readonly name: string;
  readonly kind?: string;
  readonly port?: number;
  readonly weight?: number;
  readonly filters?: readonly RouteFilter[];
}

interface RouteFilter {
  readonly responseHeaderModifier?: {
    readonly set?: readonly { readonly name: string; readonly value: string }[];
  };
}

interface Analysis {
  readonly templates?: readonly { readonly templateName?: string }[];
}

interface RolloutSpec {
  readonly replicas?: number;
  readonly template?: PodTemplate;
  readonly workloadRef?: { readonly kind?: string; readonly name?: string };
  readonly strategy?: {
    readonly canary?: {
      readonly stableService?: string;
      readonly canaryService?: string;
      readonly stableMetadata?: { readonly labels?: Labels };
      readonly canaryMetadata?: { readonly labels?: Labels };
      readonly analysis?: Analysis;
      readonly steps?: readonly { readonly setWeight?: number; readonly analysis?: Analysis }[];
    };
  };
}

interface CanarySpec {
  readonly targetRef: { readonly kind?: string; readonly name: string };
  readonly analysis: {
    readonly stepWeight?: number;
    readonly maxWeight?: number;
    readonly stepWeights?: readonly number[];
    readonly metrics?: readonly CanaryMetric[];
  };
}

export interface CanaryMetric {
  readonly name: string;
  readonly templateRef?: { readonly name: string };
  readonly templateVariables?: Labels;
  readonly thresholdRange?: { readonly min?: number; readonly max?: number };
}

interface AnalysisSpec {
  readonly args?: readonly { readonly name: string; readonly value?: string }[];
  readonly metrics?: readonly AnalysisMetric[];
}

export interface AnalysisMetric {
  readonly name: string;
  readonly successCondition?: string;
  readonly failureCondition?: string;
  readonly provider: {
    readonly prometheus?: { readonly query?: string };
    readonly web?: { readonly url: string };
  };
}
