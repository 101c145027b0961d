import type { Branding } from '../../domain/branding.js';
import { readableOn } from '../../domain/colors.js';

/**
 * What the page must tell (that a machine answers, who runs it) stays to be read, whatever the styles above say: those have no
 * `!important`, these have nothing else. Read beside `allowed-css.ts`, which keeps elements from being laid over it.
 */
const GUARD = `[data-protected]{display:block!important;visibility:visible!important;opacity:1!important;position:static!important;float:none!important;width:auto!important;height:auto!important;max-width:none!important;max-height:none!important;min-width:0!important;min-height:1em!important;overflow:visible!important;font-size:13px!important;line-height:1.45!important;letter-spacing:normal!important;word-spacing:normal!important;white-space:normal!important;color:#3b4644!important;background:#ffffff!important;animation:none!important}`;

/** Variables of `chat.css`, then the business's own styles, then the guard. */
export const stylesheetOf = ({ colors, customCss }: Pick<Branding, 'colors' | 'customCss'>): string => {
  const { primary, onPrimary, background, text } = colors;
  const set = (value: string | null, ...names: string[]): string[] =>
    value === null ? [] : names.map((name) => `--${name}:${value}`);
  const variables = [
    ...set(primary, 'accent', 'own', 'own-hover'),
    ...set(onPrimary ?? (primary === null ? null : readableOn(primary)), 'on-own'),
    ...set(background, 'page', 'glow', 'card'),
    ...set(text ?? (background === null ? null : readableOn(background)), 'ink', 'muted'),
    // Colors that a business has chosen are the same by night.
    ...(background === null
      ? []
      : [`color-scheme:${readableOn(background) === '#000000' ? 'light' : 'dark'}`]),
  ];
  const root = variables.length === 0 ? [] : [`:root{${variables.join(';')}}`];
  return [...root, ...(customCss === '' ? [] : [customCss]), GUARD, ''].join('\n');
};
