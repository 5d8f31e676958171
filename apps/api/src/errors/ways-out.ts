import type { ErrorCode } from '@tangent/contracts';

/** What each error means and how to get past it: docs/errors.md and the page at /docs/errors. */
export const waysOut: Readonly<Record<ErrorCode, string>> = {
  'validation-failed':
    'A field, a query parameter or an id does not fit. `errors` names every fault by its JSON pointer (a query parameter or a header by its name). Fields that are not known are refused as well, because a typing error would otherwise look like success. Correct what is named and send the request again.',
  'malformed-request':
    'What arrived is no HTTP request. The connection is closed. Look for a proxy in between that spoils requests.',
  'headers-too-large':
    'The address and the headers of the request together have more than 16 KiB. The connection is closed. Send less in the address, and fewer cookies.',
  'request-timeout':
    'The headers did not arrive within a minute, or the body within an hour. The connection is closed. Send the request again, over a faster line.',
  'malformed-body':
    'The body is not the JSON, or not the multipart form, that its Content-Type announces, or an imported file holds no rows. Check quotes, commas and where the body ends; the detail says where reading stopped.',
  unauthenticated:
    'Nobody is logged in: there is no session cookie and no API token, or they expired or were revoked. Log in by `POST /v1/sessions`, or send `Authorization: Bearer tgt_…`.',
  'wrong-credentials':
    'No user has this e-mail with this password, or the user is disabled. The answer does not say which. An admin sets a new password by `PATCH /v1/users/{id}`.',
  'csrf-token-missing':
    'A write with a session cookie needs the `csrfToken` of `POST /v1/sessions` or `GET /v1/me` in the header `x-csrf-token`. API tokens need none.',
  forbidden:
    'You are known, but your role in the project, your token’s scopes, or a blind project does not allow this. The detail names what is needed: ask an admin of the project for the role, or create a token with the scope.',
  'not-found':
    'There is nothing by this id, or nothing that you may see; which of the two is not said. Look the id up in its list.',
  'route-not-found': 'No call of the API has this method and path. The reference is at /docs.',
  'email-taken': 'A user with this e-mail exists. Change that user by `PATCH /v1/users/{id}`.',
  'idempotency-key-in-use':
    'The first request with this Idempotency-Key has not ended. Wait a moment and repeat the same request with the same key.',
  'idempotency-key-reused':
    'The Idempotency-Key was sent before with another method, path or body (or by another session, where the answer holds a secret). Use a new key for a new request.',
  'lease-expired':
    'The lease ran out, was given back, or was answered already, so the item may be with somebody else. Ask for the next item by `POST /v1/projects/{id}/leases`; send heartbeats to hold one longer.',
  'lease-not-yours':
    'The lease, or the item at this moment, belongs to another annotator, or the lease is of another item. Ask for the next item with a lease of your own.',
  'already-annotated':
    'Other annotators have given the item all the annotations it needs. Ask for the next item.',
  'annotation-superseded':
    'The annotation was undone or replaced before. Read the newest by `GET /v1/projects/{id}/annotations`.',
  'item-is-holdout':
    'Held-out items measure accuracy; their labels come with the import and stay. Import the item again without `holdout` to label it.',
  'unknown-class': 'The project has no class of this key. `GET /v1/projects/{id}` lists them.',
  'duplicate-class':
    'Two classes of the request share a key or a hotkey; `errors` points at the second. Give each its own.',
  'round-active':
    'A project runs one round at a time. Wait for the end of the one that runs, or cancel it by `POST /v1/rounds/{id}/cancel`.',
  'operation-ended': 'The import is done, failed or cancelled; there is nothing to cancel.',
  'round-not-active': 'The round is done, failed or cancelled; there is nothing to cancel.',
  'round-not-retryable':
    'Only a failed round can be retried. Start a new one by `POST /v1/projects/{id}/rounds`.',
  'nothing-to-train-on':
    'A classifier needs labels of at least two classes in the pool (held-out labels do not count). Label some items, import some with labels, or ask for a strategy that needs no model (`random`, `typiclust`).',
  'nothing-to-score': 'Every item of the pool is labeled or skipped. Import more items.',
  'no-ranking':
    'A ranking is there once a round is done, and it knows the items that were there when that round began. Wait for the round, or start one.',
  'no-model':
    'No round is done yet, or the last one was a cold start: labels were of fewer than two classes, so that it has an order and no model. Label items of two classes, then start a round.',
  'no-live-model':
    'What-if and explanation are answered by the worker that holds the project’s live model, and none answered in time. Start a worker, or wait some seconds until it has loaded the last round. Labeling goes on meanwhile.',
  'settings-changed':
    'Somebody changed the project after you read it. Read it again, and repeat the change with the new ETag in `If-Match`.',
  'unsupported-format':
    'Neither content nor name of the file say a format that can be imported, or the format does not go with the project’s type. Use JSONL, JSON, CSV, ZIP (images), NPY (vectors), or exports of Label Studio or doccano, and name one by `?format=`.',
  'wrong-columns':
    'The header of the CSV lacks the column that the project’s type needs, or has columns that are not known; `errors` names them. Rename a column to `data.NAME` to keep what it holds.',
  'archive-unsafe':
    'The archive would unpack to far more than it is (a bomb), or holds links, encrypted entries or names that lead out of it. Nothing was imported. Pack the plain files anew.',
  'archive-corrupt':
    'The file is no ZIP archive that can be read, or holds no files. It was perhaps cut off on the way: compare its size, and upload it again.',
  'unsupported-network':
    'The file is no network that is known, or holds a layer, an input, a shape or a number that the service cannot work with; the detail names it and what to do. Nothing was stored. Change the model, or leave the layer out, and upload it again.',
  'unsupported-label-config':
    'Label Studio’s labeling configuration must be XML with a `<Choices>` in which the project’s classes are the choices, by key or name. docs/label-studio.md shows one.',
  'webhook-url-refused':
    'Messages go by https to public addresses only, without a user or a password in the URL. For a receiver in a private network an admin of the server lists its host in `TANGENT_WEBHOOK_PRIVATE_HOSTS`.',
  'webhook-disabled':
    'The webhook was switched off, or switched itself off after five days without an answer. Switch it on by `PATCH /v1/webhooks/{id}` with `{"isEnabled":true}`, then send again.',
  'too-many-webhooks': 'A project has at most 20 webhooks. Delete one that is not used any more.',
  'path-not-allowed':
    'The path is outside the folder that imports may read from (TANGENT_IMPORT_ROOT), a link stands on the way to it or among its files, or no such folder is set. Put the files themselves below that folder, or upload them.',
  'source-changed':
    'The file or folder on the server changed between the request, a restart and the end of its import. What was imported until then stays. Leave it as it is while it is read, and import it again: what is there already is counted as duplicate.',
  'payload-too-large':
    'A JSON body may have 1 MiB, an uploaded file 2 GiB, an ONNX file 512 MiB. Split it into several requests; bring a smaller network.',
  'unsupported-media-type':
    'Send JSON as `application/json`, and files as `multipart/form-data` in the field `file`.',
  'too-many-requests':
    'More requests, or more failed logins, than are allowed in a while: wait as long as `Retry-After` says. Or as many exports as run at once already: wait until one has ended.',
  'queue-unavailable':
    'The queue cannot be reached. What was asked is kept in the database and goes on when the queue is back; admins look at Redis.',
  'blobs-unavailable':
    'The server that holds images, files and models does not answer, or refuses the keys; what was asked was not done. Repeat it in a moment; admins find the reason in the log and at `/readyz`.',
  'insufficient-storage':
    'A disk of the service is full, or what was sent is larger than the system lets a file be. Nothing of it was kept. Admins make room in the data folder (`npm run doctor` says where it lies) or under Postgres; then send it again.',
  'takes-too-long':
    'The database was given a time for this and needed more: the project is large, or much is going on. Nothing was changed. Ask again at a quieter hour; asking again at once only takes the same time again.',
  'database-unavailable':
    'The database cannot be reached; what was asked was not done. Repeat it in a moment; admins look at Postgres.',
  'shutting-down':
    'This server is stopping. Repeat the request: another server, or this one restarted, does it.',
  internal:
    'A fault on our side. Try again; if it stays, give the `requestId` to an admin, who finds it in the log, and please report it.',
};
