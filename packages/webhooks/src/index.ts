export { type PostInput, type PostResult, postGuarded } from './post-guarded.js';
export { claimMs, disableAfterMs, nextDelayMs, retryDelaysMs, unheardAfterMs } from './retry-schedule.js';
export { newWebhookSecret, openWebhookSecret, openWebhookSecrets, sealWebhookSecret } from './secret.js';
export { loadServerKey } from './server-key.js';
export { type Message, signedHeaders } from './signature.js';
export { assertWebhookUrl, privateHostsOf, rangeRefused, type UrlPolicy } from './url-policy.js';
