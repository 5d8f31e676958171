// TCP ports on this machine.
import { randomInt } from 'node:crypto';
import net from 'node:net';
import { Failure } from './process.mjs';
import { until } from './wait.mjs';

const patienceMs = 3_000;

/**
 * Below the ports that Linux (from 32,768), macOS and Windows (from 49,152) give to connections that go out: one of those might
 * be taken by somebody’s connection before whoever asked listens on it.
 */
const choice = { from: 20_000, to: 32_000 };
const mostTries = 100;

/** A port that nobody listens on; at random, so two callers rarely get the same one. */
export async function freePort(host = '127.0.0.1') {
  for (let tries = 0; tries < mostTries; tries++) {
    const port = randomInt(choice.from, choice.to);
    if (await isFree(port, host)) return port;
  }
  throw new Failure(
    `found no free port on ${host} between ${choice.from} and ${choice.to}; end some of the programs that listen there`,
  );
}

/** The wanted port when it is free, else another one. */
export async function freePortNear(wanted, host = '127.0.0.1') {
  return (await isFree(wanted, host)) ? wanted : freePort(host);
}

/** True when this process could listen there. */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** True when something accepts connections there. */
export function answers(port, host = '127.0.0.1', timeoutMs = 1_000) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host, timeout: timeoutMs });
    const end = (isUp) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** Reads a port from the environment and refuses one that is taken, naming the variable that moves it. */
export async function requirePort(variable, fallback, host = '127.0.0.1', env = process.env) {
  const text = env[variable] || String(fallback);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Failure(`${variable}=${text} is no port number (1 to 65535)`);
  }
  // After a kill -9 of the launcher its children need a moment to notice.
  if (!(await until(() => isFree(port, host), { timeoutMs: patienceMs, everyMs: 250 }))) {
    throw new Failure(
      `port ${port} is already in use by another program. Stop that program, or choose another port: ${variable}=${port + 10} npm start`,
    );
  }
  return port;
}
