import { Injectable } from '@nestjs/common';
import { SubjectHasher } from '#libs/privacy';

/**
 * The names of lanes as they are stored and told: a keyed hash, since a lane is somebody's number, and goes with its event
 * through the outbox into Redis.
 */
@Injectable()
export class LaneNames {
  constructor(private readonly hasher: SubjectHasher) {}

  nameOf(provider: string, lane: string): string {
    return this.hasher.digest(`lane:${provider}:${lane}`);
  }
}
