import { checkContractSuspended } from './contract.ts';
import { checkDisruptionBudget } from './disruption.ts';
import { checkEnvironment } from './environment.ts';
import { checkGateAddress } from './gates.ts';
import { checkImageTag, checkRelease } from './images.ts';
import { checkJobs } from './jobs.ts';
import { checkLabels } from './labels.ts';
import { checkListening } from './listening.ts';
import { checkDefaultDeny, checkNetworkPolicies } from './network.ts';
import { checkNoData } from './no-data.ts';
import type { Rule } from './objects.ts';
import { checkProbePaths, checkProbePorts, checkProbes } from './probes.ts';
import { checkQueries } from './queries.ts';
import { checkReferences } from './references.ts';
import { checkResources } from './resources.ts';
import { checkRolloutPhase, checkRoutePorts } from './routes.ts';
import { checkInlineSecrets } from './secrets.ts';
import { checkPodSecurity, checkServiceAccount } from './security.ts';
import { checkServiceMonitor, checkServicePorts, checkServiceSelector } from './services.ts';
import { checkShutdown } from './shutdown.ts';
import { checkThresholds } from './thresholds.ts';
import { checkWeights } from './weights.ts';
import { checkStrategy, checkVolumes, checkWorkloadSelector } from './workloads.ts';

/** What the project asks of its manifests beyond their schemas. One more is one more row. */
export const rules: readonly Rule[] = [
  { name: 'image-tag', check: checkImageTag },
  { name: 'release', check: checkRelease },
  { name: 'resources', check: checkResources },
  { name: 'volumes', check: checkVolumes },
  { name: 'workload-selector', check: checkWorkloadSelector },
  { name: 'strategy', check: checkStrategy },
  { name: 'listening', check: checkListening },
  { name: 'probes', check: checkProbes },
  { name: 'probe-ports', check: checkProbePorts },
  { name: 'probe-paths', check: checkProbePaths },
  { name: 'service-selector', check: checkServiceSelector },
  { name: 'service-ports', check: checkServicePorts },
  { name: 'service-monitor', check: checkServiceMonitor },
  { name: 'route-ports', check: checkRoutePorts },
  { name: 'rollout-phase', check: checkRolloutPhase },
  { name: 'references', check: checkReferences },
  { name: 'disruption-budget', check: checkDisruptionBudget },
  { name: 'pod-security', check: checkPodSecurity },
  { name: 'service-account', check: checkServiceAccount },
  { name: 'labels', check: checkLabels },
  { name: 'weights', check: checkWeights },
  { name: 'contract-suspended', check: checkContractSuspended },
  { name: 'jobs', check: checkJobs },
  { name: 'environment', check: checkEnvironment },
  { name: 'shutdown', check: checkShutdown },
  { name: 'inline-secrets', check: checkInlineSecrets },
  { name: 'network-policy', check: checkNetworkPolicies },
  { name: 'default-deny', check: checkDefaultDeny },
  { name: 'thresholds', check: checkThresholds },
  { name: 'no-data', check: checkNoData },
  { name: 'queries', check: checkQueries },
  { name: 'gate-address', check: checkGateAddress },
];
