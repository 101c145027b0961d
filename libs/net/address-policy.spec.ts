import { addressRefusal, parseNetwork } from './address-policy.js';

describe('addressRefusal', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['100.64.0.1', 'carrier grade nat'],
    ['100.127.255.255', 'carrier grade nat'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.1.1', 'link local'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['192.88.99.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.19.255.255', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.9', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['169.254.169.254', 'cloud metadata'],
    ['100.100.100.200', 'cloud metadata'],
    ['168.63.129.16', 'cloud metadata'],
    ['192.0.0.192', 'cloud metadata'],
    ['fd00:ec2::254', 'cloud metadata'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'reserved'],
    ['::ffff:127.0.0.1', 'ipv4 mapped'],
    ['::ffff:8.8.8.8', 'ipv4 mapped'],
    ['::ffff:0:7f00:1', 'rfc6145'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'cloud metadata'],
    ['64:ff9b:1::808:808', 'rfc6052'],
    ['100::1', 'discard'],
    ['2001::1', 'teredo'],
    ['2001:2::1', 'benchmarking'],
    ['2001:10::1', 'deprecated orchid'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['2002:7f00:1::', '6to4'],
    ['2002:808:808::', '6to4'],
    ['2a00:1450::5efe:7f00:1', 'loopback'],
    ['2a00:1450::200:5efe:a00:1', 'private'],
    ['4000::1', 'reserved'],
    ['5f00::1', 'segment routing'],
    ['fc00::1', 'unique local'],
    ['fdff:ffff::1', 'unique local'],
    ['fe80::1', 'link local'],
    ['fec0::1', 'deprecated site local'],
    ['ff02::1', 'multicast'],
    ['fe80::1%eth0', 'not an address'],
    ['0177.0.0.1', 'not an address'],
    ['2130706433', 'not an address'],
    ['example.com', 'not an address'],
    ['', 'not an address'],
  ])('refuses %s: %s', (address, why) => expect(addressRefusal(address, [])).toBe(why));

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.32.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '64:ff9b::808:808',
  ])('allows %s', (address) => expect(addressRefusal(address, [])).toBeNull());

  it('allows what the operator lists, and only that', () => {
    const allowed = [parseNetwork('127.0.0.0/8'), parseNetwork('10.1.2.3'), parseNetwork('fd00:1::/32')];
    for (const address of ['127.9.9.9', '10.1.2.3', 'fd00:1::9'])
      expect(addressRefusal(address, allowed)).toBeNull();
    for (const address of ['10.1.2.4', '::1', '::ffff:127.0.0.1', 'fd00:2::1'])
      expect(addressRefusal(address, allowed)).not.toBeNull();
  });

  it('opens cloud metadata to nobody', () => {
    const everything = [parseNetwork('0.0.0.0/0'), parseNetwork('::/0')];
    expect(addressRefusal('10.0.0.1', everything)).toBeNull();
    for (const address of ['169.254.169.254', '168.63.129.16', 'fd00:ec2::254'])
      expect(addressRefusal(address, everything)).toBe('cloud metadata');
  });
});
