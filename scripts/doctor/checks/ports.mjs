import { answers, isFree } from '../../lib/ports.mjs';
import { bad, good } from '../findings.mjs';

/** While Tangent runs its ports must answer; else they must be free. */
export async function checkPorts({ env, launcher }) {
  const ports = [
    { name: 'web', variable: 'PORT', port: env.PORT || '3000', host: env.TANGENT_HOST || '127.0.0.1' },
    { name: 'API', variable: 'API_PORT', port: env.API_PORT || '4000', host: env.API_HOST || '127.0.0.1' },
  ];
  return Promise.all(ports.map((wanted) => checkPort(wanted, launcher)));
}

async function checkPort({ name, variable, port: text, host }, launcher) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return bad(`${variable}=${text} is no port number`, `set ${variable} to a number from 1 to 65535`);
  if (launcher) {
    const address = host === '0.0.0.0' ? '127.0.0.1' : host;
    return (await answers(port, address))
      ? good(`${name} answers on port ${port}`)
      : bad(
          `Tangent runs (process ${launcher.pid}, ${launcher.address}), but the ${name} does not answer on port ${port}`,
          `look into its log in the data folder; was it started with another ${variable}?`,
        );
  }
  return (await isFree(port, host))
    ? good(`port ${port} is free for the ${name}`)
    : bad(
        `port ${port}, which the ${name} wants, is in use by another program`,
        `stop that program, or choose another port: ${variable}=${port + 10} npm start`,
      );
}
