import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { newWebhookSecret } from './secret.js';
import { signedHeaders } from './signature.js';

test('the library of Standard Webhooks verifies our signature, and of no other body, id or secret', () => {
  fc.assert(
    fc.property(fc.json(), (body) => {
      const secret = newWebhookSecret();
      const headers = signedHeaders({ id: 'dlv_1', sentAt: new Date(), body }, [secret]);
      const receiver = new Webhook(secret);
      expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => receiver.verify(`${body} `, headers)).toThrow('No matching signature');
      expect(() => receiver.verify(body, { ...headers, 'webhook-id': 'dlv_2' })).toThrow('No matching');
      expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow('No matching signature');
    }),
    { numRuns: 30 },
  );
});

test('while a secret is rotated a receiver may know either', () => {
  const [before, after] = [newWebhookSecret(), newWebhookSecret()];
  const headers = signedHeaders({ id: 'dlv_1', sentAt: new Date(), body: '{"a":1}' }, [after, before]);
  for (const secret of [before, after])
    expect(new Webhook(secret).verify('{"a":1}', headers)).toEqual({ a: 1 });
});
