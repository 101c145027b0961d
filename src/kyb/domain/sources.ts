/** Lists of sanctioned parties: European Union, US Treasury (SDN and the other lists), United Kingdom, United Nations. */
export const LISTS = ['eu', 'ofac_sdn', 'ofac_cons', 'uk', 'un'] as const;
export type ListName = (typeof LISTS)[number];

/** Registers that are asked about one counterparty at a time. */
export const REGISTERS = ['vies', 'gleif', 'insolvency'] as const;
export type RegisterName = (typeof REGISTERS)[number];

/** What a check asks: the matcher over all loaded lists (`screening`), or one register. */
export const CHECK_SOURCES = ['screening', ...REGISTERS] as const;
export type CheckSource = (typeof CHECK_SOURCES)[number];

/**
 * What a source said. `unidentified`: without a LEI, GLEIF can only name candidates, and which of them it is, if any, a person says. `not_checked`: it said nothing (down, refusing, switched off): that is never an answer about the counterparty.
 * `not_applicable`: there is nothing to ask it with, such as no VAT number.
 */
export const CHECK_STATES = {
  screening: ['hits', 'no_hits', 'not_checked'],
  vies: ['valid', 'invalid', 'not_checked', 'not_applicable'],
  gleif: ['active', 'stale', 'failed', 'not_found', 'unidentified', 'not_checked', 'not_applicable'],
  insolvency: ['notice_found', 'no_notice_found', 'not_checked', 'not_applicable'],
} as const satisfies Record<CheckSource, readonly string[]>;
export type CheckState = (typeof CHECK_STATES)[CheckSource][number];

/** The rows of coverage that a check by this source writes. */
export const coveredBy = (source: CheckSource): readonly (ListName | RegisterName)[] =>
  source === 'screening' ? LISTS : [source];

export const isAnswer = (state: CheckState): boolean => state !== 'not_checked' && state !== 'not_applicable';
