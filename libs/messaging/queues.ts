import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { getQueueToken } from '@nestjs/bull';
import type { Queue } from 'bull';
import { Clock } from '#libs/kernel';
import { type DeliveryJob, jobIdOf, type OutboxRow, toJob } from './delivery-job.js';
import { type QueueName, QUEUES } from './event-handler.js';
import type { RegisteredHandler } from './handler-registry.js';

export const DELIVER = 'deliver';

/** KEYS: a queue's failed set, hashes of jobs. ARGV: the ids of the jobs. Deletes those of the hashes that hold no job. */
const DELETE_HUSKS = `for n, id in ipairs(ARGV) do
  if redis.call('HEXISTS', KEYS[n + 1], 'data') == 0 then
    redis.call('DEL', KEYS[n + 1])
    redis.call('ZREM', KEYS[1], id)
  end
end`;

/** Puts deliveries into Bull, each at its handler's queue, with its handler's retry policy. */
@Injectable()
export class DeliveryQueues implements OnModuleInit {
  private readonly queues: ReadonlyMap<QueueName, Queue<DeliveryJob>>;

  constructor(
    private readonly clock: Clock,
    @Inject(getQueueToken('inbound')) inbound: Queue<DeliveryJob>,
    @Inject(getQueueToken('turns')) turns: Queue<DeliveryJob>,
    @Inject(getQueueToken('sends')) sends: Queue<DeliveryJob>,
    @Inject(getQueueToken('events')) events: Queue<DeliveryJob>,
  ) {
    this.queues = new Map(
      Object.entries({ inbound, turns, sends, events }) as [QueueName, Queue<DeliveryJob>][],
    );
  }

  onModuleInit(): void {
    // Bull reports a lost Redis connection here; without a listener Node would end the process.
    for (const queue of this.queues.values()) queue.on('error', () => undefined);
  }

  get(name: QueueName): Queue<DeliveryJob> {
    const queue = this.queues.get(name);
    if (!queue) throw new Error(`there is no queue ${name}; there are ${QUEUES.join(', ')}`);
    return queue;
  }

  all(): readonly [QueueName, Queue<DeliveryJob>][] {
    return [...this.queues];
  }

  /** Adds the jobs of many rows with one call per queue. Adding a job that is there already changes nothing. */
  async add(deliveries: readonly { row: OutboxRow; handler: RegisteredHandler }[]): Promise<void> {
    const now = this.clock.now().getTime();
    const perQueue = new Map<
      QueueName,
      { job: DeliveryJob; delayMs: number; handler: RegisteredHandler }[]
    >();
    for (const { row, handler } of deliveries) {
      const delayMs = row.available_at ? Math.max(0, row.available_at.getTime() - now) : 0;
      const list = perQueue.get(handler.options.queue) ?? [];
      list.push({ job: toJob(row, handler.options.name), delayMs, handler });
      perQueue.set(handler.options.queue, list);
    }
    for (const [name, list] of perQueue) {
      const queue = this.get(name);
      const jobs = list.map(({ job, delayMs, handler }) => ({
        name: DELIVER,
        data: job,
        opts: jobOptions(job, handler, delayMs),
      }));
      const added = await queue.addBulk(jobs);
      // A command that fails within a transaction of Redis (its script is not known there any more) fails for itself alone, and Bull does
      // not look: the job has no id then. By itself it is added, or says why not.
      for (const [n, { data, opts }] of jobs.entries())
        if (added[n]?.id === undefined) await queue.add(DELIVER, data, opts);
    }
  }

  /**
   * As `add`, for what Redis may have lost. A job that is lost just when Bull takes it leaves a hash with nothing of the
   * job but when it was taken, which would keep the same job from ever being added again.
   */
  async addAgain(deliveries: readonly { row: OutboxRow; handler: RegisteredHandler }[]): Promise<void> {
    const suspects = new Map<QueueName, string[]>();
    for (const { row, handler } of deliveries) {
      const { queue, name } = handler.options;
      suspects.set(queue, [...(suspects.get(queue) ?? []), jobIdOf(toJob(row, name))]);
    }
    for (const [name, ids] of suspects) {
      const queue = this.get(name);
      const keys = ['failed', ...ids].map((each) => queue.toKey(each));
      await queue.client.eval(DELETE_HUSKS, keys.length, ...keys, ...ids);
    }
    await this.add(deliveries);
  }

  async addLater(job: DeliveryJob, handler: RegisteredHandler, delayMs: number): Promise<void> {
    await this.get(handler.options.queue).add(DELIVER, job, jobOptions(job, handler, delayMs));
  }
}

const jobOptions = (job: DeliveryJob, handler: RegisteredHandler, delay: number) => ({
  jobId: jobIdOf(job),
  delay,
  attempts: handler.options.attempts,
  backoff: { type: 'jittered', options: { baseMs: handler.options.backoffMs } },
  // Postgres keeps the history (inbox, dead letters); a job left in Redis would block its own replay by its id.
  removeOnComplete: true,
  removeOnFail: true,
});
