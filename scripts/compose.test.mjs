import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './lib/paths.mjs';

const read = (name) => readFileSync(path.join(root, name), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true });
const dockerfile = read('docker/Dockerfile');
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it('holds the whole house', () => {
    const withProfile = (profile) =>
      services.filter(([, service]) => service.profiles?.[0] === profile).map(([name]) => name);
    expect(withProfile(undefined).sort()).toEqual(['api', 'migrate', 'postgres', 'redis', 'web', 'worker']);
    expect(withProfile('gpu')).toEqual(['worker-gpu']);
    expect(withProfile('monitoring')).toEqual(['prometheus', 'grafana']);
  });

  it('fits the schema of the Compose specification', () => {
    // It names its draft by an https address, which Ajv knows as http only.
    const { $schema: _, ...schema } = JSON.parse(read('node_modules/dclint/schemas/compose.schema.json'));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    validate(compose);
    expect(validate.errors).toBe(null);
    expect(validate({ services: { api: { image: 'api', healthcheck: { tries: 3 } } } })).toBe(false);
  });

  it.each(services)(
    'runs %s without root, from a pinned image or a target that the Dockerfile has',
    (_name, service) => {
      expect(service.user).toMatch(/^(node|postgres|redis|nobody|grafana)$/);
      if (service.image) expect(service.image).toMatch(/:v?\d+\.\d+(\.\d+-|-|\.\d+$)/);
      else expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${service.build.target}$`, 'm'));
    },
  );

  it.each(services.filter(([name]) => name !== 'migrate'))(
    'knows whether %s is healthy',
    (_name, service) => {
      expect(service.healthcheck.test.length).toBeGreaterThan(1);
    },
  );

  it.each(services)('starts %s only after what it needs', (_name, service) => {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(Object.keys(compose.services)).toContain(needed);
      if (condition === 'service_healthy') expect(compose.services[needed].healthcheck).toBeDefined();
    }
  });

  it('never evicts a job and keeps it over a restart', () => {
    expect(compose.services.redis.command.join(' ')).toMatch(
      /--appendonly yes .*--maxmemory-policy noeviction/,
    );
  });

  it('opens ports on this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('takes every secret from .env, which .env.example lists', () => {
    const required = [...read('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map((match) => match[1]);
    expect(new Set(required)).toEqual(
      new Set(['POSTGRES_PASSWORD', 'POSTGRES_APP_PASSWORD', 'REDIS_PASSWORD', 'TANGENT_ADMIN_PASSWORD']),
    );
    for (const name of required) expect(read('.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  it('gives the owner of the tables to what migrates only', () => {
    for (const [name, { environment = {} }] of services) {
      if ('DATABASE_URL' in environment)
        expect(environment.DATABASE_URL).toMatch(/^postgresql:\/\/tangent_app:/);
      expect('DATABASE_OWNER_URL' in environment).toBe(name === 'migrate');
    }
  });

  it('uses the variables of .env.example, all of them and no others', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map((match) => match[1]);
    const listed = [...read('.env.example').matchAll(/^#?([A-Z_\d]+)=/gm)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual(listed.sort());
  });

  it.each([
    ['api', 'api'],
    ['worker', 'worker'],
    ['worker-gpu', 'worker'],
  ])('gives %s every variable that its settings read', (service, app) => {
    const settings = read(`apps/${app}/src/settings.ts`) + read('packages/storage/src/blobs-backend.ts');
    const names = [...settings.matchAll(/\benv\.([A-Z_\d]+)|\b(?:need|number)\('([A-Z_]+)'/g)];
    const readThere = [...new Set(names.map((match) => match[1] ?? match[2]))];
    expect(readThere.length).toBeGreaterThan(8);
    const { environment } = compose.services[service];
    expect(readThere.filter((name) => !(name in environment))).toEqual([]);
  });

  it('mounts the folder of imports read-only where the variable says it is', () => {
    for (const name of ['api', 'worker', 'worker-gpu']) {
      const { environment, volumes } = compose.services[name];
      expect(environment.TANGENT_IMPORT_ROOT).toMatch(/^\$\{TANGENT_IMPORT_ROOT:\+\/import\}$/);
      expect(volumes).toContainEqual(
        expect.stringMatching(/^\$\{TANGENT_IMPORT_ROOT:-no-imports\}:\/import:ro$/),
      );
    }
    expect(Object.keys(compose.volumes)).toContain('no-imports');
  });

  it('mounts only files that are there', () => {
    const mounted = services
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0])
      .filter((source) => source.startsWith('./'));
    expect(mounted.length).toBeGreaterThan(3);
    expect(mounted.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  it('copies only what is there', () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      match[1].split(' '),
    );
    expect(copies.length).toBeGreaterThan(5);
    expect(copies.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('builds on the Node that .nvmrc names', () => {
    const images = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map((match) => match[1]);
    expect(new Set(images)).toEqual(new Set([`node:${read('.nvmrc').trim()}-bookworm-slim`]));
  });
});
