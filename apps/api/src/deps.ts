import type { Database, LiveReplies } from '@tangent/database';
import type { BlobStore } from '@tangent/storage';
import type { EventHub } from './events/event-hub.js';
import type { QueueConnection } from './queues/queue-connection.js';
import type { Settings } from './settings.js';

/** What the routes work with. */
export interface Deps {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly queue: QueueConnection;
  readonly events: EventHub;
  readonly replies: LiveReplies;
  /** That secrets are encrypted under: of loadServerKey. */
  readonly serverKey: Uint8Array;
  readonly settings: Pick<
    Settings,
    | 'hasSecureCookies'
    | 'requestsPerMinute'
    | 'loginsPerMinute'
    | 'logLevel'
    | 'uploadsFolder'
    | 'maxUploadBytes'
    | 'webhookPrivateHosts'
    | 'importRoot'
    | 'metricsToken'
    | 'blobs'
  >;
}
