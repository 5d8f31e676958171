import type { EndpointName, Endpoints } from '@tangent/contracts';

export type Method = Endpoints[EndpointName]['method'];

/**
 * Method and path of every endpoint, without its schemas: importing the schemas at run time would put
 * zod (34 kB compressed) into every page. A test holds this table equal to that of the contracts.
 */
export const routes = {
  createSession: ['POST', '/v1/sessions'],
  deleteSession: ['DELETE', '/v1/sessions/current'],
  listSessions: ['GET', '/v1/sessions'],
  revokeSession: ['DELETE', '/v1/sessions/:sessionId'],
  getMe: ['GET', '/v1/me'],
  changePassword: ['PUT', '/v1/me/password'],
  createToken: ['POST', '/v1/tokens'],
  listTokens: ['GET', '/v1/tokens'],
  deleteToken: ['DELETE', '/v1/tokens/:tokenId'],
  createUser: ['POST', '/v1/users'],
  listUsers: ['GET', '/v1/users'],
  updateUser: ['PATCH', '/v1/users/:userId'],
  putMember: ['PUT', '/v1/projects/:projectId/members/:userId'],
  listMembers: ['GET', '/v1/projects/:projectId/members'],
  removeMember: ['DELETE', '/v1/projects/:projectId/members/:userId'],
  createProject: ['POST', '/v1/projects'],
  listProjects: ['GET', '/v1/projects'],
  getProject: ['GET', '/v1/projects/:projectId'],
  updateProject: ['PATCH', '/v1/projects/:projectId'],
  deleteProject: ['DELETE', '/v1/projects/:projectId'],
  createImport: ['POST', '/v1/projects/:projectId/imports'],
  getOperation: ['GET', '/v1/operations/:operationId'],
  cancelOperation: ['POST', '/v1/operations/:operationId/cancel'],
  listItems: ['GET', '/v1/projects/:projectId/items'],
  getItem: ['GET', '/v1/items/:itemId'],
  getItemMedia: ['GET', '/v1/items/:itemId/media'],
  getWhatIf: ['GET', '/v1/items/:itemId/what-if'],
  getExplanation: ['GET', '/v1/items/:itemId/explanation'],
  createNetwork: ['POST', '/v1/projects/:projectId/networks'],
  listNetworks: ['GET', '/v1/projects/:projectId/networks'],
  createRound: ['POST', '/v1/projects/:projectId/rounds'],
  estimateRound: ['POST', '/v1/projects/:projectId/rounds/estimate'],
  listRounds: ['GET', '/v1/projects/:projectId/rounds'],
  getRound: ['GET', '/v1/rounds/:roundId'],
  getRoundRanking: ['GET', '/v1/rounds/:roundId/ranking'],
  getRoundScores: ['GET', '/v1/rounds/:roundId/scores'],
  getRoundShards: ['GET', '/v1/rounds/:roundId/shards'],
  getRoundJobs: ['GET', '/v1/rounds/:roundId/jobs'],
  cancelRound: ['POST', '/v1/rounds/:roundId/cancel'],
  retryRound: ['POST', '/v1/rounds/:roundId/retry'],
  createLeases: ['POST', '/v1/projects/:projectId/leases'],
  heartbeatLease: ['POST', '/v1/leases/:leaseId/heartbeat'],
  deleteLease: ['DELETE', '/v1/leases/:leaseId'],
  createAnnotation: ['POST', '/v1/items/:itemId/annotations'],
  deleteAnnotation: ['DELETE', '/v1/annotations/:annotationId'],
  putLabel: ['PUT', '/v1/items/:itemId/label'],
  deleteLabel: ['DELETE', '/v1/items/:itemId/label'],
  listAnnotations: ['GET', '/v1/projects/:projectId/annotations'],
  getPredictions: ['GET', '/v1/projects/:projectId/predictions'],
  getCurve: ['GET', '/v1/projects/:projectId/curve'],
  getConfusion: ['GET', '/v1/projects/:projectId/confusion'],
  getQuality: ['GET', '/v1/projects/:projectId/quality'],
  getSuspects: ['GET', '/v1/projects/:projectId/suspects'],
  getForecast: ['GET', '/v1/projects/:projectId/forecast'],
  getLab: ['GET', '/v1/projects/:projectId/lab'],
  getMap: ['GET', '/v1/projects/:projectId/map'],
  createExport: ['GET', '/v1/projects/:projectId/exports'],
  getModel: ['GET', '/v1/projects/:projectId/model'],
  getRoundReport: ['GET', '/v1/rounds/:roundId/report'],
  streamEvents: ['GET', '/v1/projects/:projectId/events'],
  listWorkers: ['GET', '/v1/admin/workers'],
  createWebhook: ['POST', '/v1/projects/:projectId/webhooks'],
  listWebhooks: ['GET', '/v1/projects/:projectId/webhooks'],
  updateWebhook: ['PATCH', '/v1/webhooks/:webhookId'],
  deleteWebhook: ['DELETE', '/v1/webhooks/:webhookId'],
  rotateWebhook: ['POST', '/v1/webhooks/:webhookId/rotate'],
  testWebhook: ['POST', '/v1/webhooks/:webhookId/test'],
  listDeliveries: ['GET', '/v1/webhooks/:webhookId/deliveries'],
  replayDelivery: ['POST', '/v1/deliveries/:deliveryId/replay'],
  labelStudioHealth: ['GET', '/ml/:projectId/health'],
  labelStudioSetup: ['POST', '/ml/:projectId/setup'],
  labelStudioPredict: ['POST', '/ml/:projectId/predict'],
  labelStudioWebhook: ['POST', '/ml/:projectId/webhook'],
  listQueues: ['GET', '/v1/admin/queues'],
  pauseQueue: ['POST', '/v1/admin/queues/:name/pause'],
  resumeQueue: ['POST', '/v1/admin/queues/:name/resume'],
  drainQueue: ['POST', '/v1/admin/queues/:name/drain'],
  listJobs: ['GET', '/v1/admin/queues/:name/jobs'],
  listAllRounds: ['GET', '/v1/admin/rounds'],
  getStorage: ['GET', '/v1/admin/storage'],
  listAudit: ['GET', '/v1/admin/audit'],
  exportAudit: ['GET', '/v1/admin/audit/export'],
} as const satisfies Record<EndpointName, readonly [Method, string]>;

type QueryValue = string | number | boolean | null | undefined;

/** Fills `:name` in a path and appends the query; what is undefined or null is left out. */
export function pathFor(
  path: string,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, QueryValue>> = {},
): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`${path} needs params.${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}
