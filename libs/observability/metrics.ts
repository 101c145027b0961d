import { Injectable } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';

/** Seconds. From a cached read to a turn with a slow model. */
const DURATION_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * The metrics of one process, in a registry of its own, so that two applications in one test process do not meet. Names are
 * `frontdesk_<what>_<unit>`; asking twice for a name answers the same metric. Never label by tenant, customer or id.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(configuration: Omit<CounterConfiguration<L>, 'registers'>): Counter<L> {
    const known = this.registry.getSingleMetric(configuration.name);
    return known instanceof Counter
      ? (known as Counter<L>)
      : new Counter({ ...configuration, registers: [this.registry] });
  }

  gauge<L extends string>(configuration: Omit<GaugeConfiguration<L>, 'registers'>): Gauge<L> {
    const known = this.registry.getSingleMetric(configuration.name);
    return known instanceof Gauge
      ? (known as Gauge<L>)
      : new Gauge({ ...configuration, registers: [this.registry] });
  }

  histogram<L extends string>(configuration: Omit<HistogramConfiguration<L>, 'registers'>): Histogram<L> {
    const known = this.registry.getSingleMetric(configuration.name);
    return known instanceof Histogram
      ? (known as Histogram<L>)
      : new Histogram({ buckets: DURATION_BUCKETS, ...configuration, registers: [this.registry] });
  }

  /** In the text format of Prometheus. A gauge whose `collect` fails fails the whole scrape. */
  async expose(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}
