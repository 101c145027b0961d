import { Injectable } from '@nestjs/common';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '#libs/kernel';
import { PASSWORD_LENGTH } from '../domain/person.js';
import { BreachedPasswords } from './breached-passwords.js';

/** Guesses, as a power of ten, that a password must withstand: what an online attacker may try in years (Wheeler, 2016). */
const WITHSTANDS = 6;
/** What is looked at: the work grows with the square, and what is good so far is good. */
const LOOKED_AT = 64;
const SHORTEST_WORD = 3;

/**
 * OWASP ASVS 5.0: length and no rules of composition (6.2.1, 6.2.5), nothing that is common (6.2.4) or says the person, the
 * business or the product (6.2.11), nothing that was breached elsewhere (6.2.12).
 */
@Injectable()
export class PasswordPolicy {
  private readonly estimator = new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    maxLength: LOOKED_AT,
  });

  constructor(private readonly breached: BreachedPasswords) {}

  /** `about`: names and addresses that an attacker would try. Errors (422): `auth.password_length`, `auth.password_guessable`. */
  assert(password: string, about: readonly string[], pointer = '/password'): void {
    const { min, max } = PASSWORD_LENGTH;
    if (password.length < min || password.length > max)
      throw DomainError.invalid(
        'auth.password_length',
        pointer,
        `The password must be ${min} to ${max} characters; 15 or more are better.`,
      );
    const { guessesLog10 } = this.estimator.check(password.slice(0, LOOKED_AT), wordsOf(about));
    if (guessesLog10 < WITHSTANDS)
      throw DomainError.invalid(
        'auth.password_guessable',
        pointer,
        'This password is easy to guess: it is common, or made of your names. Take another, such as a few unrelated words.',
      );
  }

  /**
   * What attackers have from elsewhere. After `assert`, which asks nobody; a network call, so never inside a unit of work. Error (422):
   * `auth.password_breached`.
   */
  async assertUnbreached(password: string, pointer = '/password'): Promise<void> {
    if (await this.breached.has(password))
      throw DomainError.invalid(
        'auth.password_breached',
        pointer,
        'This password is known from data that was stolen elsewhere. Take another, and change it where you use it.',
      );
  }
}

const wordsOf = (about: readonly string[]): string[] => [
  'frontdesk',
  ...about.flatMap((text) => {
    const whole = text.toLowerCase();
    const parts = whole.split(/[^\p{L}\p{N}]+/u);
    return [whole, parts.join(''), ...parts].filter((word) => word.length >= SHORTEST_WORD);
  }),
];
