/** The API as an app that others (tests, benchmarks) can build without a process of its own. */
export { buildApp } from './app.js';
export { hashPassword, isPassword } from './auth/passwords.js';
export type { Deps } from './deps.js';
export { errorsMarkdown } from './errors/errors-page.js';
export { type EventHub, openEventHub } from './events/event-hub.js';
export { tellLostWorkers } from './housekeeping.js';
export { type QueueConnection, queueConnection } from './queues/queue-connection.js';
