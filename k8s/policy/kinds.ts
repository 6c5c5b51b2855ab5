import type { Labels } from './objects.ts';

/** What the rules look at in each kind; everything else is left to the schemas. */
export interface Kinds {
  readonly Deployment: { readonly spec: Workload };
  readonly StatefulSet: { readonly spec: Workload };
  readonly DaemonSet: { readonly spec: Workload };
  readonly Job: { readonly spec: Workload & { readonly suspend?: boolean } };
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
      readonly ingress?: readonly unknown[];
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

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly { readonly name: string }[];
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: string | number };
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
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
