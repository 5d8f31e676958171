import { TangentError } from '@tangent/contracts';
import ipaddr from 'ipaddr.js';

/** Where messages may be sent. */
export interface UrlPolicy {
  /** Host names and addresses, lower case, that may be private and plain http. Everybody else: public and https. */
  readonly privateHosts: ReadonlySet<string>;
}

/** TANGENT_WEBHOOK_PRIVATE_HOSTS: host names or addresses, separated by commas. */
export function privateHostsOf(setting: string | undefined): ReadonlySet<string> {
  const names = (setting ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => name !== ''));
}

/** Of clouds: what answers there gives credentials away. Beside link-local addresses, which are always refused. */
const metadataServers = [
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
].map((address) => ipaddr.parse(address).toNormalizedString());
/** What a listed host may be. */
const privateRanges = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);
const globalUnicastV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/**
 * The name of the range for which an address must not be called; null: it may be. Only global unicast addresses may,
 * and those of private networks where the host was listed. Addresses that stand for others (IPv4-mapped, NAT64,
 * 6to4, Teredo) are refused: what they lead to would have to be checked in their place.
 */
export function rangeRefused(address: string, isPrivateHost: boolean): string | null {
  if (!ipaddr.isValid(address)) return 'not an address';
  const parsed = ipaddr.parse(address);
  if (metadataServers.includes(parsed.toNormalizedString())) return 'metadata server';
  const range = parsed.range();
  if (isPrivateHost && privateRanges.has(range)) return null;
  if (range !== 'unicast') return range;
  // Of IPv6 only 2000::/3 is given out; what lies outside, such as ::127.0.0.1, is for no receiver.
  if (parsed.kind() === 'ipv6' && !(parsed as ipaddr.IPv6).match(globalUnicastV6)) return 'reserved';
  return null;
}

/** The host as it is looked up: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

/**
 * What a URL says by itself, before it is stored; a name is looked up at each attempt. Throws webhook-url-refused.
 */
export function assertWebhookUrl(text: string, policy: UrlPolicy): void {
  const fault = faultOf(text, policy);
  if (fault === null) return;
  throw new TangentError('webhook-url-refused', fault, {
    errors: [{ pointer: '/url', detail: 'is no URL that messages may be sent to' }],
  });
}

function faultOf(text: string, { privateHosts }: UrlPolicy): string | null {
  if (!URL.canParse(text)) return `“${text}” is no URL. Write https://HOST/PATH.`;
  const url = new URL(text);
  const host = hostOf(url);
  const isPrivateHost = privateHosts.has(host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isPrivateHost))
    return `Messages go by https only. An admin of the server can allow http to ${host} by TANGENT_WEBHOOK_PRIVATE_HOSTS.`;
  if (url.username !== '' || url.password !== '')
    return 'A URL with a user and a password in it would be shown to everybody who lists webhooks. The signature is the proof of the sender.';
  if (url.hash !== '') return `What follows # is never sent to ${host}. Leave it out.`;
  const range = ipaddr.isValid(host) ? rangeRefused(host, isPrivateHost) : null;
  if (range === null) return null;
  return `${host} is no public address (${range}). An admin of the server can allow a private one by TANGENT_WEBHOOK_PRIVATE_HOSTS.`;
}
