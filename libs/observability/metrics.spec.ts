import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('exposes counters, gauges and histograms beside those of the process', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'frontdesk_a_total', help: 'a', labelNames: ['kind'] }).inc({ kind: 'x' }, 2);
    metrics.gauge({
      name: 'frontdesk_b',
      help: 'b',
      collect() {
        this.set(7);
      },
    });
    metrics.histogram({ name: 'frontdesk_c_seconds', help: 'c' }).observe(0.003);
    const { contentType, text } = await metrics.expose();
    expect(contentType).toContain('text/plain');
    expect(text).toContain('frontdesk_a_total{kind="x"} 2');
    expect(text).toContain('frontdesk_b 7');
    expect(text).toContain('frontdesk_c_seconds_bucket{le="0.005"} 1');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('answers the same metric for the same name, and another for another application', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.counter({ name: 'frontdesk_a_total', help: 'a' }).inc();
    one.counter({ name: 'frontdesk_a_total', help: 'a' }).inc();
    expect((await one.expose()).text).toContain('frontdesk_a_total 2');
    expect((await other.expose()).text).not.toContain('frontdesk_a_total');
  });
});
