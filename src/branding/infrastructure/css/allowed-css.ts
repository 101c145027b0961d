/** What a business's own styles may consist of. What is not listed is left out, so that what CSS learns next is refused. */

const expand = (...groups: readonly (readonly [prefix: string, ...endings: string[]])[]): string[] =>
  groups.flatMap(([prefix, ...endings]) => endings.map((ending) => `${prefix}${ending}`));

const SIDES = ['', '-top', '-right', '-bottom', '-left', '-inline', '-block'];
const EDGES = [...SIDES, '-inline-start', '-inline-end', '-block-start', '-block-end'];

/**
 * No `position` but static and relative, and nothing that takes an element off its place or out of sight (inset, z-index,
 * transform, clip, mask, opacity, visibility, filter, text-indent): what the page must tell stays told. No `content`: the
 * page's words are not a style's. No `behavior`, `-moz-binding`, `src`.
 */
export const PROPERTIES: ReadonlySet<string> = new Set([
  'accent-color',
  'align-content',
  'align-items',
  'align-self',
  'aspect-ratio',
  ...expand(
    ['animation', '', '-delay', '-direction', '-duration', '-fill-mode', '-iteration-count', '-name'],
    ['animation', '-play-state', '-timing-function'],
    ['background', '', '-attachment', '-blend-mode', '-clip', '-color', '-image', '-origin', '-position'],
    ['background', '-repeat', '-size'],
    ['border', '-radius', '-top-left-radius', '-top-right-radius', '-bottom-left-radius'],
    ['border', '-bottom-right-radius', '-collapse', '-spacing'],
    ['column', '-count', '-gap', '-rule', '-rule-color', '-rule-style', '-rule-width', '-width'],
    ['flex', '', '-basis', '-direction', '-flow', '-grow', '-shrink', '-wrap'],
    ['font', '', '-family', '-feature-settings', '-kerning', '-size', '-size-adjust', '-stretch', '-style'],
    ['font', '-variant', '-variant-numeric', '-variation-settings', '-weight'],
    ['grid', '-template-columns', '-template-rows', '-template-areas', '-area', '-column', '-row'],
    ['grid', '-auto-columns', '-auto-flow', '-auto-rows'],
    ['justify', '-content', '-items', '-self'],
    ['list-style', '', '-position', '-type'],
    ['max-', 'block-size', 'height', 'inline-size', 'width'],
    ['min-', 'block-size', 'height', 'inline-size', 'width'],
    ['outline', '', '-color', '-offset', '-style', '-width'],
    ['overflow', '', '-wrap', '-x', '-y'],
    ['scrollbar', '-color', '-gutter', '-width'],
    ['text', '-align', '-align-last', '-decoration', '-decoration-color', '-decoration-line'],
    ['text', '-decoration-style', '-decoration-thickness', '-overflow', '-shadow', '-transform'],
    ['text', '-underline-offset', '-wrap'],
    ['transition', '', '-delay', '-duration', '-property', '-timing-function'],
    ['border', ...EDGES, ...EDGES.flatMap((edge) => [`${edge}-color`, `${edge}-style`, `${edge}-width`])],
    ['margin', ...EDGES],
    ['padding', ...EDGES],
  ),
  'block-size',
  'box-shadow',
  'box-sizing',
  'caret-color',
  'color',
  'color-scheme',
  'cursor',
  'display',
  'float',
  'clear',
  'gap',
  'height',
  'hyphens',
  'inline-size',
  'letter-spacing',
  'line-height',
  'object-fit',
  'object-position',
  'order',
  'place-content',
  'place-items',
  'position',
  'row-gap',
  'tab-size',
  'vertical-align',
  'white-space',
  'width',
  'word-break',
  'word-spacing',
]);

/** Values of properties that have few harmless ones. */
export const KEYWORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  position: new Set(['static', 'relative']),
  display: new Set([
    'block',
    'inline',
    'inline-block',
    'flex',
    'inline-flex',
    'grid',
    'inline-grid',
    'flow-root',
  ]),
  'background-attachment': new Set(['scroll', 'local']),
};

export const FUNCTIONS: ReadonlySet<string> = new Set([
  ...[
    'rgb',
    'rgba',
    'hsl',
    'hsla',
    'hwb',
    'lab',
    'lch',
    'oklab',
    'oklch',
    'color',
    'color-mix',
    'light-dark',
  ],
  ...['calc', 'min', 'max', 'clamp', 'var', 'minmax', 'repeat', 'fit-content'],
  ...['linear-gradient', 'radial-gradient', 'conic-gradient'],
  ...['repeating-linear-gradient', 'repeating-radial-gradient', 'repeating-conic-gradient'],
  ...['cubic-bezier', 'steps', 'linear'],
]);

/** Node types of a value. No Url (looked at apart), Raw, UnicodeRange or anything that did not parse. */
export const VALUE_NODES: ReadonlySet<string> = new Set([
  'Value',
  'Identifier',
  'Number',
  'Percentage',
  'Dimension',
  'Hash',
  'String',
  'Operator',
  'Function',
  'Parentheses',
  'WhiteSpace',
  'Ratio',
]);

/** No AttributeSelector: with a value it tells what a field holds. No NestingSelector. */
export const SELECTOR_NODES: ReadonlySet<string> = new Set([
  'SelectorList',
  'Selector',
  'TypeSelector',
  'ClassSelector',
  'IdSelector',
  'Combinator',
  'PseudoClassSelector',
  'PseudoElementSelector',
  'Nth',
  'AnPlusB',
  'Identifier',
]);

export const PSEUDO_CLASSES: ReadonlySet<string> = new Set([
  ...['root', 'hover', 'focus', 'focus-visible', 'focus-within', 'active', 'disabled', 'enabled', 'empty'],
  ...['first-child', 'last-child', 'only-child', 'first-of-type', 'last-of-type'],
  ...['nth-child', 'nth-last-child', 'nth-of-type', 'nth-last-of-type', 'is', 'where', 'not'],
  'placeholder-shown',
]);

export const PSEUDO_ELEMENTS: ReadonlySet<string> = new Set([
  'placeholder',
  'selection',
  'marker',
  'first-line',
]);

export const MEDIA_FEATURES: ReadonlySet<string> = new Set([
  ...['width', 'min-width', 'max-width', 'height', 'min-height', 'max-height', 'orientation'],
  ...[
    'prefers-color-scheme',
    'prefers-reduced-motion',
    'prefers-contrast',
    'forced-colors',
    'hover',
    'pointer',
  ],
]);

export const MEDIA_NODES: ReadonlySet<string> = new Set([
  'AtrulePrelude',
  'MediaQueryList',
  'MediaQuery',
  'Condition',
  'Feature',
  'FeatureRange',
  'Identifier',
  'Dimension',
  'Number',
  'Ratio',
]);
