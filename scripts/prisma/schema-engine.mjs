#!/usr/bin/env node
// Stands in for Prisma's native schema engine, which the CLI would have to download: the same engine, compiled to
// WebAssembly (npm package @prisma/schema-engine-wasm), behind the protocol of the binary (JSON-RPC on stdin and
// stdout, one message a line). prisma.config.ts points the CLI here.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import readline from 'node:readline';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { LiveAdapter, offlineAdapter } from './adapters.mjs';
import { connectionFrom, execute, quoted } from './connection.mjs';

const argv = process.argv.slice(2);
const valuesOf = (flag) => argv.flatMap((arg, i) => (arg === flag ? [argv[i + 1]] : []));
const connection = connectionFrom(valuesOf('--datasource')[0]);

/** The CLI reads the engine's log from stderr, one JSON object a line. */
const log = (level, fields) => {
  const entry = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(entry)}\n`);
};

if (argv.includes('cli')) await answerProbe();
else serve();

/** `cli can-connect-to-database` and `cli create-database`: one question, answered by the exit code. */
async function answerProbe() {
  log('INFO', { message: 'schema engine in WebAssembly' }); // the CLI skips the first line
  try {
    if (argv.includes('create-database')) {
      const server = { ...connection.settings, database: 'postgres' };
      await execute(server, `CREATE DATABASE ${quoted(connection.settings.database)}`);
    } else {
      await execute(connection.settings, 'SELECT 1');
    }
  } catch (error) {
    const prismaCodes = { '3D000': 'P1003', '28P01': 'P1000' };
    log('ERROR', { message: error.message || error.code, error_code: prismaCodes[error.code] ?? 'P1001' });
    process.exitCode = 1;
  }
}

function serve() {
  const panic = loadWasm();
  const engineFor = engineCache();
  // One request after the other: the engine is not re-entrant.
  let queue = Promise.resolve();
  readline
    .createInterface({ input: process.stdin })
    .on('line', (line) => {
      const request = JSON.parse(line);
      if (!request.method) return; // the CLI's acknowledgement of something we printed
      queue = queue.then(() => answer(request, engineFor, panic));
    })
    .on('close', () => queue.then(() => process.exit(0)));
}

/** Instantiates the engine; returns where it leaves the message of a panic. */
function loadWasm() {
  const panic = { message: '' };
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    get: () => panic.message,
    set_message: (message) => {
      panic.message = message;
    },
  };
  process.on('uncaughtException', (error) => {
    log('ERROR', { is_panic: true, message: panic.message || String(error), backtrace: error.stack });
    process.exit(101); // the exit code by which the CLI knows a panic
  });
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = new WebAssembly.Module(readFileSync(script.replace(/js$/, 'wasm')));
  const { exports } = new WebAssembly.Instance(module, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return panic;
}

/** Makes at most one engine with a database and one without, each when first needed. */
function engineCache() {
  const files = valuesOf('--datamodels').map((path) => [path, readFileSync(path, 'utf8')]);
  const options = { datamodels: files.length > 0 ? files : undefined };
  const engines = new Map();
  return (isLive) => {
    if (!engines.has(isLive)) {
      const factory = isLive ? new LiveAdapter(connection) : offlineAdapter();
      const bound = bindMigrationAwareSqlAdapterFactory(factory);
      const engine = glue.SchemaEngine.new(options, () => {}, bound);
      engines.set(isLive, { engine, errors: bound.errorRegistry });
    }
    return engines.get(isLive);
  };
}

async function answer({ id, method, params }, engineFor, panic) {
  const schemaOnly = ['empty', 'schemaDatamodel'];
  const isOffline =
    method === 'diff' && [params.from, params.to].every((side) => schemaOnly.includes(side.tag));
  const { engine, errors } = engineFor(!isOffline);
  try {
    const call = method === 'getDatabaseVersion' ? 'version' : method;
    const { stdout, ...result } = (await (await engine)[call](params)) ?? {};
    if (stdout) send({ id: 1_000_000_000 + id, method: 'print', params: { content: stdout } });
    send({ id, result });
  } catch (error) {
    const message = originalMessage(error, errors) || panic.message || String(error);
    send({
      id,
      error: {
        code: 4466,
        message,
        data: { message, is_panic: panic.message !== '', error_code: error?.code },
      },
    });
  }
}

/** Errors of the database driver cross the WebAssembly border as a number. */
function originalMessage(error, errors) {
  const number = /External error id#(\d+)/.exec(error?.message ?? '')?.[1];
  return (number && errors.consumeError(Number(number))?.error?.message) || error?.message;
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
