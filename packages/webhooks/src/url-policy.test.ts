import type { TangentError } from '@tangent/contracts';
import { describe, expect, test } from 'vitest';
import { assertWebhookUrl, privateHostsOf, rangeRefused } from './url-policy.js';

describe('addresses', () => {
  test.each(['8.8.8.8', '93.184.215.14', '2606:4700::1111'])('%s is public', (address) => {
    expect(rangeRefused(address, false)).toBeNull();
  });

  const inside = ['10.1.2.3', '172.16.0.1', '192.168.0.1', '127.0.0.1', '100.64.0.1', '::1', 'fd12::1'];
  test.each(inside)('%s is called only for a listed host', (address) => {
    expect(rangeRefused(address, false)).not.toBeNull();
    expect(rangeRefused(address, true)).toBeNull();
  });

  test.each([
    '169.254.169.254', // metadata of most clouds
    '169.254.0.1',
    'fe80::1',
    'fd00:ec2::254', // of AWS by IPv6
    '168.63.129.16', // of Azure, in a public range
    '100.100.100.200', // of Alibaba
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.2.1',
    '::',
    '::ffff:127.0.0.1', // stand for IPv4 addresses
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'ff02::1',
    'fec0::1',
    'nonsense',
  ])('%s is never called', (address) => {
    expect(rangeRefused(address, false)).not.toBeNull();
    expect(rangeRefused(address, true)).not.toBeNull();
  });
});

describe('URLs', () => {
  const policy = { privateHosts: privateHostsOf(' 127.0.0.1, Hooks.internal ,') };
  const codeOf = (url: string) => {
    try {
      assertWebhookUrl(url, policy);
      return 'allowed';
    } catch (error) {
      return (error as TangentError).code;
    }
  };

  test.each([
    'https://receiver.example/path?query=1',
    'https://receiver.example:8443/',
    'http://127.0.0.1:9000/',
    'http://2130706433/', // 127.0.0.1, which is listed
    'http://HOOKS.internal/',
    'https://[2606:4700::1111]/',
  ])('%s is taken', (url) => expect(codeOf(url)).toBe('allowed'));

  test.each([
    'http://receiver.example/',
    'ftp://receiver.example/',
    'file:///etc/passwd',
    'https://user:password@receiver.example/',
    'https://receiver.example/#part',
    'https://127.0.0.2/',
    'https://0x7f.2/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'receiver.example',
    '',
  ])('%s is refused', (url) => expect(codeOf(url)).toBe('webhook-url-refused'));
});
