import { normalIdentifier } from '../match/adjust.js';
import { hashOf } from './hash.js';

const IDENTIFIER = 99;
export const identifierHash = (text: string): number => hashOf(IDENTIFIER, normalIdentifier(text));
