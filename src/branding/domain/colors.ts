/** Of the chat page; a color that is null stays the page's own. Each `#rrggbb`. */
export interface BrandColors {
  readonly primary: string | null;
  /** Text on `primary`. */
  readonly onPrimary: string | null;
  readonly background: string | null;
  readonly text: string | null;
}

export interface BrandWarning {
  readonly code: 'low_contrast';
  /** JSON pointer into the branding. */
  readonly pointer: string;
  readonly detail: string;
}

export const NO_COLORS: BrandColors = { primary: null, onPrimary: null, background: null, text: null };

/** WCAG 2.2, success criterion 1.4.3: text of usual size. */
const LEAST_CONTRAST = 4.5;

/** WCAG 2.2, definition of relative luminance. */
const luminance = (color: string): number => {
  const channel = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
};

/** 1 to 21. */
export const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

/** Black or white, whichever is read more easily on `color`. */
export const readableOn = (color: string): string =>
  contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000';

export const colorWarnings = ({ primary, onPrimary, background, text }: BrandColors): BrandWarning[] => {
  const pairs = [
    ['/colors/onPrimary', onPrimary, primary],
    ['/colors/text', text, background],
  ] as const;
  return pairs.flatMap(([pointer, front, back]) => {
    if (front === null || back === null) return [];
    const ratio = contrast(front, back);
    if (ratio >= LEAST_CONTRAST) return [];
    const detail = `${front} on ${back} has a contrast of ${ratio.toFixed(2)}:1; text needs ${LEAST_CONTRAST}:1.`;
    return [{ code: 'low_contrast' as const, pointer, detail }];
  });
};
