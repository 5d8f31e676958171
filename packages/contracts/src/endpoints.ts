import * as accounts from './accounts.js';
import * as admin from './admin.js';
import * as events from './events.js';
import * as exports from './exports.js';
import * as forecast from './forecast.js';
import * as imports from './imports.js';
import * as insight from './insight.js';
import * as items from './items.js';
import * as lab from './lab.js';
import * as labelStudio from './label-studio.js';
import * as labeling from './labeling.js';
import * as networks from './networks.js';
import * as poolMap from './pool-map.js';
import * as projects from './projects.js';
import * as quality from './quality.js';
import * as rounds from './rounds.js';
import * as suspects from './suspects.js';
import * as webhooks from './webhooks.js';

/** Every call of the API by its name: the server must answer each, the client offers each. */
export const endpoints = {
  createSession: accounts.createSession,
  deleteSession: accounts.deleteSession,
  listSessions: accounts.listSessions,
  revokeSession: accounts.revokeSession,
  getMe: accounts.getMe,
  changePassword: accounts.changePassword,
  createToken: accounts.createToken,
  listTokens: accounts.listTokens,
  deleteToken: accounts.deleteToken,
  createUser: accounts.createUser,
  listUsers: accounts.listUsers,
  updateUser: accounts.updateUser,
  putMember: accounts.putMember,
  listMembers: accounts.listMembers,
  removeMember: accounts.removeMember,
  createProject: projects.createProject,
  listProjects: projects.listProjects,
  getProject: projects.getProject,
  updateProject: projects.updateProject,
  deleteProject: projects.deleteProject,
  createImport: imports.createImport,
  getOperation: imports.getOperation,
  cancelOperation: imports.cancelOperation,
  listItems: items.listItems,
  getItem: items.getItem,
  getItemMedia: items.getItemMedia,
  getWhatIf: items.getWhatIf,
  getExplanation: items.getExplanation,
  createNetwork: networks.createNetwork,
  listNetworks: networks.listNetworks,
  createRound: rounds.createRound,
  estimateRound: rounds.estimateRound,
  listRounds: rounds.listRounds,
  getRound: rounds.getRound,
  getRoundRanking: rounds.getRoundRanking,
  getRoundScores: rounds.getRoundScores,
  getRoundShards: rounds.getRoundShards,
  getRoundJobs: rounds.getRoundJobs,
  cancelRound: rounds.cancelRound,
  retryRound: rounds.retryRound,
  createLeases: labeling.createLeases,
  heartbeatLease: labeling.heartbeatLease,
  deleteLease: labeling.deleteLease,
  createAnnotation: labeling.createAnnotation,
  deleteAnnotation: labeling.deleteAnnotation,
  putLabel: labeling.putLabel,
  deleteLabel: labeling.deleteLabel,
  listAnnotations: labeling.listAnnotations,
  getPredictions: insight.getPredictions,
  getCurve: insight.getCurve,
  getConfusion: insight.getConfusion,
  createExport: exports.createExport,
  getModel: exports.getModel,
  getRoundReport: exports.getRoundReport,
  getQuality: quality.getQuality,
  getSuspects: suspects.getSuspects,
  getForecast: forecast.getForecast,
  getLab: lab.getLab,
  getMap: poolMap.getMap,
  streamEvents: events.streamEvents,
  listWorkers: admin.listWorkers,
  createWebhook: webhooks.createWebhook,
  listWebhooks: webhooks.listWebhooks,
  updateWebhook: webhooks.updateWebhook,
  deleteWebhook: webhooks.deleteWebhook,
  rotateWebhook: webhooks.rotateWebhook,
  testWebhook: webhooks.testWebhook,
  listDeliveries: webhooks.listDeliveries,
  replayDelivery: webhooks.replayDelivery,
  labelStudioHealth: labelStudio.labelStudioHealth,
  labelStudioSetup: labelStudio.labelStudioSetup,
  labelStudioPredict: labelStudio.labelStudioPredict,
  labelStudioWebhook: labelStudio.labelStudioWebhook,
  listQueues: admin.listQueues,
  pauseQueue: admin.pauseQueue,
  resumeQueue: admin.resumeQueue,
  drainQueue: admin.drainQueue,
  listJobs: admin.listJobs,
  listAllRounds: admin.listAllRounds,
  getStorage: admin.getStorage,
  listAudit: admin.listAudit,
  exportAudit: admin.exportAudit,
} as const;
export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
