import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, freePort, freePortNear, isFree, requirePort } from './ports.mjs';

let server;
let taken;
beforeEach(async () => {
  server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  taken = server.address().port;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('a port', () => {
  it('that is taken is refused, with the port, the variable and a command that works', async () => {
    await expect(requirePort('API_PORT', 4000, '127.0.0.1', { API_PORT: String(taken) })).rejects.toThrow(
      `port ${taken} is already in use by another program. Stop that program, or choose another port: API_PORT=${taken + 10} npm start`,
    );
  });

  it('that is no number is refused', async () => {
    await expect(requirePort('PORT', 3000, '127.0.0.1', { PORT: 'http' })).rejects.toThrow(
      'PORT=http is no port number (1 to 65535)',
    );
  });

  it('comes from the default when the variable is empty', async () => {
    const free = await freePort();
    expect(await requirePort('PORT', free, '127.0.0.1', { PORT: '' })).toBe(free);
  });

  it('near a taken one is another one', async () => {
    const port = await freePortNear(taken);
    expect(port).not.toBe(taken);
    expect(await isFree(port)).toBe(true);
  });

  it('that is free is none that a connection going out could take before it is listened on', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    for (const port of ports) expect(port).toBeLessThan(32_768);
  });

  it('answers when somebody listens there, and only then', async () => {
    expect(await answers(taken)).toBe(true);
    expect(await answers(await freePort())).toBe(false);
  });
});
