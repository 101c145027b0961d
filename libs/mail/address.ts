import type { Address } from './mailer.js';

const NAMED = /^\s*(.*?)\s*<([^<>\s]+)>\s*$/;

/** `Name <address>` or a bare address, as in the setting MAIL_FROM. */
export const parseAddress = (text: string): Address => {
  const [, name, address] = NAMED.exec(text) ?? [];
  if (address === undefined) return { address: text.trim() };
  const plain = name?.replace(/^"(.*)"$/, '$1');
  return plain ? { address, name: plain } : { address };
};
