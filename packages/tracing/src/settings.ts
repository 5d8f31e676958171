/**
 * Whether the environment names a collector. All else (headers, sampler, resource, batches) the SDK reads from the
 * standard variables itself. Throws an Error that names the variable.
 */
export function isTracingOn(env: NodeJS.ProcessEnv): boolean {
  const names = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;
  const name = names.find((candidate) => env[candidate]?.trim());
  if (!name || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none')
    return false;
  const address = env[name]!.trim();
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new Error(
      `${name} is “${address}”; write the address of a collector that takes OTLP over HTTP: http://127.0.0.1:4318`,
    );
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol && protocol !== 'http/json')
    throw new Error(`the protocol of OpenTelemetry is set to “${protocol}”; write http/json, or nothing`);
  return true;
}
