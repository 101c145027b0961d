import { loadSettings } from '#libs/config';
import { OwnHosts } from './own-hosts.js';

const own = (environment: Record<string, string>) => new OwnHosts(loadSettings(environment));
const ANYWHERE = ['localhost', 'app.localhost', '127.0.0.1', '10.1.2.3', '[::1]'];

describe('the hosts of the installation', () => {
  it('are local ones while nobody has named any', () => {
    const hosts = own({});
    for (const host of [...ANYWHERE, 'api', 'frontdesk'])
      expect([host, hosts.has(host)]).toEqual([host, true]);
    for (const host of ['salon.example', 'evil.test']) expect([host, hosts.has(host)]).toEqual([host, false]);
  });

  it('are those that are named, and what no DNS name can be', () => {
    const hosts = own({
      PUBLIC_URL: 'https://Desk.example:8443',
      ALLOWED_HOSTS: 'api.desk.example, desk2.example',
    });
    for (const host of [...ANYWHERE, 'desk.example', 'api.desk.example', 'desk2.example'])
      expect([host, hosts.has(host)]).toEqual([host, true]);
    for (const host of ['api', 'x.desk.example', 'evil.test', '127.0.0.1.evil.test', '1.2.3.4.5'])
      expect([host, hosts.has(host)]).toEqual([host, false]);
    expect(() => own({ ALLOWED_HOSTS: 'https://desk.example' })).toThrow('ALLOWED_HOSTS');
  });
});
