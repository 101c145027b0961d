import type { BrandedChat } from './chat-brand.js';

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const TITLE = '<title>Chat with us</title>';
const HEADING = '<h1>Chat with us</h1>';
const ICON = /<link\s+rel="icon"[^>]*\/>/;
const STYLES = '<link rel="stylesheet" href="/chat/chat.css" />';
const AVATAR = /<svg\b[\s\S]*?<\/svg>/;
const END = '<p class="unseen" id="status" role="status"></p>';

/**
 * The page of a business: its name, icon, logo and styles put into the page as it comes. Nothing of it is a script or a style in
 * the page itself, so that the policy of the page need not allow any.
 */
export const brandedPage = (template: string, { channel, branding }: BrandedChat): string => {
  const put = (page: string, place: string | RegExp, html: string): string => page.replace(place, () => html);
  let page = template;
  if (channel !== null)
    page = put(page, TITLE, `<meta name="frontdesk-channel" content="${escaped(channel)}" />\n    ${TITLE}`);
  if (branding === null) return page;
  const { displayName, stylesheetUrl, logoUrl, faviconUrl, poweredBy } = branding;
  const name = escaped(displayName);
  page = put(page, TITLE, `<title>${name}</title>`);
  page = put(page, HEADING, `<h1>${name}</h1>`);
  page = put(page, STYLES, `${STYLES}\n    <link rel="stylesheet" href="${escaped(stylesheetUrl)}" />`);
  if (faviconUrl !== null) page = put(page, ICON, `<link rel="icon" href="${escaped(faviconUrl)}" />`);
  if (logoUrl !== null) page = put(page, AVATAR, `<img class="logo" src="${escaped(logoUrl)}" alt="" />`);
  return poweredBy
    ? put(page, END, `<p class="powered" data-protected>Powered by Frontdesk</p>\n      ${END}`)
    : page;
};
