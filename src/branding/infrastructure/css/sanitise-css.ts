import { type Atrule, type CssNode, type Declaration, generate, parse, type Rule, walk } from 'css-tree';
import { DomainError } from '#libs/kernel';
import {
  FUNCTIONS,
  KEYWORDS,
  MEDIA_FEATURES,
  MEDIA_NODES,
  PROPERTIES,
  PSEUDO_CLASSES,
  PSEUDO_ELEMENTS,
  SELECTOR_NODES,
  VALUE_NODES,
} from './allowed-css.js';
import { isDataImage } from './data-image.js';
import { normaliseCss, TooDeep } from './normalise-css.js';

export interface RemovedCss {
  /** What was left out, as it was understood; at most 80 characters. */
  readonly what: string;
  /** Why, for people. */
  readonly reason: string;
}

export interface SanitisedCss {
  readonly css: string;
  /** At most 50; more are cut. */
  readonly removed: readonly RemovedCss[];
}

export const NO_RULE = 'it is not a rule';
const MOST_REMOVED = 50;
const NAME = /^-{0,2}[a-z_][\w-]*$/i;

/**
 * What of a stylesheet may be served to a business's customers: rules, `@media` and `@keyframes` of allowed properties, values and
 * selectors, written anew from what was parsed, so that nothing of the text itself gets through. Sanitising the result again
 * changes nothing. Error: `branding.css_unreadable` (422).
 */
export const sanitiseCss = (source: string): SanitisedCss => {
  const removed: RemovedCss[] = [];
  const drop = (what: string, reason: string): false => {
    if (removed.length < MOST_REMOVED) removed.push({ what: brief(what), reason });
    return false;
  };
  const sheet = read(source);
  const css: string[] = [];
  if (sheet.type === 'StyleSheet')
    sheet.children.forEach((node) => {
      const text = topLevel(node, drop);
      if (text !== '') css.push(text);
    });
  return { css: css.join('\n'), removed };
};

type Drop = (what: string, reason: string) => false;

const read = (source: string): CssNode => {
  try {
    return parse(normaliseCss(source), { parseCustomProperty: true, parseRulePrelude: true });
  } catch (error) {
    throw DomainError.invalid(
      'branding.css_unreadable',
      '/customCss',
      error instanceof TooDeep
        ? 'customCss is nested too deep to be read.'
        : 'customCss cannot be read as a stylesheet.',
    );
  }
};

const brief = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

const topLevel = (node: CssNode, drop: Drop): string => {
  if (node.type === 'Rule') return ruleOf(node, drop, selectorFault);
  if (node.type === 'Atrule') return atruleOf(node, drop);
  if (node.type !== 'WhiteSpace' && node.type !== 'Comment') drop(generate(node), NO_RULE);
  return '';
};

const atruleOf = (node: Atrule, drop: Drop): string => {
  const name = node.name.toLowerCase();
  const head = `@${node.name}`;
  const { prelude, block } = node;
  if (name !== 'media' && name !== 'keyframes') {
    drop(head, 'only @media and @keyframes are allowed');
    return '';
  }
  if (prelude === null || block === null) {
    drop(head, 'it has no condition, no name or no block');
    return '';
  }
  const text = generate(prelude);
  const fault = name === 'media' ? mediaFault(prelude) : NAME.test(text) ? null : 'its name is not plain';
  if (fault !== null) {
    drop(`${head} ${text}`, fault);
    return '';
  }
  const inner: string[] = [];
  block.children.forEach((child) => {
    if (child.type !== 'Rule') return void drop(generate(child), `only rules may be in ${head}`);
    const rule = ruleOf(child, drop, name === 'media' ? selectorFault : keyframeFault);
    if (rule !== '') inner.push(rule);
  });
  return inner.length === 0 ? '' : `@${name} ${text}{${inner.join('')}}`;
};

const ruleOf = (node: Rule, drop: Drop, faultOf: (prelude: CssNode) => string | null): string => {
  const selector = generate(node.prelude);
  const fault = faultOf(node.prelude);
  if (fault !== null) {
    drop(selector, fault);
    return '';
  }
  const declarations: string[] = [];
  node.block.children.forEach((child) => {
    if (child.type === 'Declaration') {
      const text = declarationOf(child, drop);
      if (text !== '') declarations.push(text);
    } else if (child.type !== 'WhiteSpace' && !(child.type === 'Raw' && child.value.trim() === ';'))
      drop(generate(child), 'rules within rules and unreadable parts are not allowed');
  });
  return declarations.length === 0 ? '' : `${selector}{${declarations.join(';')}}`;
};

const declarationOf = (node: Declaration, drop: Drop): string => {
  const custom = node.property.startsWith('--');
  const property = custom ? node.property : node.property.toLowerCase();
  const text = `${property}:${generate(node.value)}`;
  const fault = (custom ? NAME.test(property) : PROPERTIES.has(property))
    ? valueFault(property, node.value)
    : 'the property is not allowed';
  if (fault !== null) {
    drop(text, fault);
    return '';
  }
  if (node.important !== false) drop(`${property}: … !important`, '!important was taken off');
  return text;
};

const valueFault = (property: string, value: CssNode): string | null => {
  if (value.type !== 'Value') return 'the value cannot be read';
  const margin = property.startsWith('margin');
  const keywords = KEYWORDS[property];
  if (keywords && !keywords.has(generate(value).toLowerCase())) return `${property} may not have this value`;
  return firstFault(value, (node) => {
    if (node.type === 'Url') return isDataImage(node.value) ? null : 'url() may hold an image as data: only';
    if (!VALUE_NODES.has(node.type)) return 'the value has a part that is not allowed';
    if (node.type === 'Identifier' && !NAME.test(node.name)) return 'the value has a name that is not plain';
    if (node.type === 'String' && !/^[\w ,.-]*$/.test(node.value)) return 'quoted text is for names only';
    if (node.type === 'Function') {
      if (!FUNCTIONS.has(node.name.toLowerCase())) return `${brief(node.name)}() is not allowed`;
      // What it comes to is known to the browser only, and could be negative.
      if (margin) return 'a margin must be a plain length';
    }
    if (margin && (node.type === 'Number' || node.type === 'Dimension' || node.type === 'Percentage'))
      return node.value.startsWith('-') ? 'a margin must not be negative' : null;
    if (
      node.type === 'Identifier' &&
      property.startsWith('background') &&
      node.name.toLowerCase() === 'fixed'
    )
      return 'a background must scroll with its element';
    return null;
  });
};

const selectorFault = (prelude: CssNode): string | null =>
  firstFault(prelude, (node) => {
    if (node.type === 'AttributeSelector') return 'attribute selectors are not allowed';
    if (!SELECTOR_NODES.has(node.type)) return 'the selector has a part that is not allowed';
    if ('name' in node && typeof node.name === 'string' && node.type !== 'Combinator') {
      const name = node.name.toLowerCase();
      if (node.type === 'PseudoClassSelector' && !PSEUDO_CLASSES.has(name))
        return `:${brief(name)} is not allowed`;
      if (node.type === 'PseudoElementSelector' && !PSEUDO_ELEMENTS.has(name))
        return `::${brief(name)} is not allowed`;
      if (name !== '*' && !NAME.test(name)) return 'the selector has a name that is not plain';
    }
    return null;
  });

const keyframeFault = (prelude: CssNode): string | null =>
  firstFault(prelude, (node) => {
    if (node.type === 'SelectorList' || node.type === 'Selector' || node.type === 'Percentage') return null;
    return node.type === 'TypeSelector' && /^(from|to)$/i.test(node.name) ? null : 'it is not a keyframe';
  });

const mediaFault = (prelude: CssNode): string | null =>
  firstFault(prelude, (node) => {
    if (!MEDIA_NODES.has(node.type)) return 'the condition has a part that is not allowed';
    if (node.type === 'Feature' && !MEDIA_FEATURES.has(node.name.toLowerCase()))
      return 'the condition asks for a feature that is not allowed';
    if (node.type === 'Identifier' && !NAME.test(node.name))
      return 'the condition has a name that is not plain';
    return node.type === 'MediaQuery' && node.mediaType !== null && !NAME.test(node.mediaType)
      ? 'the condition has a name that is not plain'
      : null;
  });

const firstFault = (root: CssNode, faultOf: (node: CssNode) => string | null): string | null => {
  let first: string | null = null;
  walk(root, (node) => {
    first ??= faultOf(node);
  });
  return first;
};
