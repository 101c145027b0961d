import { asciiHost, challengeOf, claimable, isWithin } from './domain-name.js';

const OWN = ['frontdesk.example.org', 'app.desk.example.net'];
const codeOf = (input: string): unknown => {
  try {
    return claimable(input, OWN);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('a domain that is claimed', () => {
  it.each([
    ['Chat.Salon.EXAMPLE', 'chat.salon.example'],
    ['salon.example.', 'salon.example'],
    [' salon.example ', 'salon.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['салон.укр', 'xn--80awgdm.xn--j1amh'],
    ['ｓａｌｏｎ。example', 'salon.example'],
    ['faß.example', 'xn--fa-hia.example'],
    ['salon.co.uk', 'salon.co.uk'],
  ])('%s is %s', (input, name) => expect(codeOf(input)).toBe(name));

  it.each([
    ...[
      '',
      '.',
      '..',
      'salon..example',
      '-salon.example',
      'salon-.example',
      'sa_lon.example',
      '*.salon.example',
    ],
    ...[
      'https://salon.example',
      'salon.example:443',
      'salon.example/x',
      'user@salon.example',
      'salon .example',
    ],
    ...[
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '::1',
      'salon',
      'a'.repeat(64) + '.example',
      'sal\\on.example',
    ],
    ...[
      'xn--a.example',
      '\u202esalon.example',
      'a.'.repeat(130) + 'example',
      '%73alon.example',
      'x'.repeat(5_000),
    ],
  ])('%j is no name', (input) => expect(codeOf(input)).toBe('domains.name_invalid'));

  it.each([
    ...[
      'co.uk',
      'com.ua',
      'github.io',
      'salon.localhost',
      'printer.local',
      'db.internal',
      '1.0.0.127.in-addr.arpa',
    ],
    ...['frontdesk.example.org', 'x.frontdesk.example.org', 'FRONTDESK.example.org.', 'desk.example.net'],
  ])('%s is not to be had', (input) => expect(codeOf(input)).toBe('domains.name_reserved'));

  it('is proved below itself', () => {
    expect(challengeOf('salon.example')).toBe('_frontdesk-challenge.salon.example');
    expect([isWithin('a.b', 'b'), isWithin('ab', 'b'), isWithin('b', 'b')]).toEqual([true, false, true]);
    expect(asciiHost('exa\tmple')).toBeNull();
  });
});
