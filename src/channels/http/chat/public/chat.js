/* global io */

const CHANNEL =
  document.querySelector('meta[name="frontdesk-channel"]')?.content ||
  new URLSearchParams(location.search).get('channel') ||
  'demo-salon';
const TITLE = document.title;
const ACK_MS = 5_000;
const SESSION_MS = 10_000;
const TYPING_MS = 30_000;
/** What the server took but has not shown in the history yet is remembered this long over a reload. */
const SENT_MS = 3_600_000;
const GROUP_MS = 300_000;
const MAX_TEXT = 4096;
/** Refusals that pass by themselves: the message stays in its place in the queue. */
const PASSING = new Map([
  ['channels.webchat_too_many', 'Waiting: too many messages at once'],
  ['channels.webchat_not_ready', 'Sending…'],
]);
const REASONS = new Map([['channels.webchat_message_invalid', 'this text cannot be sent']]);
const STATES = { pending: 'Sending…', sent: 'Sent', failed: 'Not sent' };
const AUTHORS = { customer: 'You', assistant: 'Assistant', agent: 'Team', system: 'Notice' };

const $ = (id) => document.getElementById(id);
const [chat, banner, log, welcome, list, typing] = [
  'chat',
  'banner',
  'log',
  'welcome',
  'messages',
  'typing',
].map($);
const [jump, composer, text, send, left, status] = ['jump', 'composer', 'text', 'send', 'left', 'status'].map(
  $,
);

const make = (tag, className, content = '') => {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = content;
  return element;
};

/** A browser that refuses to store still chats; it only forgets on reload. A key per entry, so that tabs do not collide. */
const store = (() => {
  const prefix = `frontdesk.chat/${encodeURIComponent(CHANNEL)}/`;
  const memory = new Map();
  const attempt = (work, otherwise) => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  return {
    keyOf: (name) => prefix + name,
    get: (name) => memory.get(name) ?? attempt(() => localStorage.getItem(prefix + name), null),
    set: (name, value) => {
      const kept = attempt(() => (localStorage.setItem(prefix + name, value), true), false);
      if (kept) memory.delete(name);
      else memory.set(name, value);
    },
    remove: (name) => {
      memory.delete(name);
      attempt(() => localStorage.removeItem(prefix + name));
    },
    under: (folder) =>
      attempt(() => Object.keys(localStorage), [])
        .filter((key) => key.startsWith(prefix + folder))
        .map((key) => key.slice(prefix.length)),
  };
})();

/* ---------- The messages ---------- */

/**
 * Shown in the order of `sort` (server time, ms), then `seq` (arrival). What the server has not dated yet takes the
 * latest known time, so that a wrong clock of the visitor moves nothing.
 */
let items = [];
let arrivals = 0;

const isOwn = (item) => item.author === 'customer';
const latest = () => items.reduce((last, { sort }) => Math.max(last, sort), 0);
const inOrder = (a, b) => a.sort - b.sort || a.seq - b.seq;
const add = (item) => {
  const added = { sort: latest(), seq: ++arrivals, confirmed: false, note: '', ...item };
  items.push(added);
  return added;
};
const toEnd = (item) => Object.assign(item, { sort: latest(), seq: ++arrivals });
const forget = (item) => {
  items = items.filter((other) => other !== item);
  item.element?.remove();
};

/** The server's word about a message, live or from the history: it replaces what is shown under the same id. */
const take = (message, { fromHistory }) => {
  if (typeof message?.id !== 'string' || typeof message.text !== 'string') return null;
  const { id, clientId, author } = message;
  const known = items.filter((item) => item.id === id || (clientId && item.clientId === clientId));
  known.slice(1).forEach(forget);
  const at = Date.parse(message.at);
  const dated = Number.isNaN(at) ? {} : { at, sort: at };
  const item = known[0] ?? add({ at: Date.now() });
  Object.assign(item, dated, {
    id,
    clientId: clientId ?? item.clientId ?? null,
    text: message.text,
    status: 'sent',
  });
  item.author = Object.hasOwn(AUTHORS, author) ? author : 'system';
  item.confirmed ||= fromHistory;
  // Messages written in one go carry one time: then the history knows the order.
  if (fromHistory) item.seq = ++arrivals;
  if (isOwn(item) && known.length > 0) remember(item);
  return { item, isNew: known.length === 0 };
};

/* ---------- The outbox: own messages until the history has them ---------- */

const OUTBOX = 'outbox/';
const remember = (item) => {
  const { clientId, text: content, at, status: state, note, confirmed } = item;
  if (confirmed) store.remove(OUTBOX + clientId);
  else store.set(OUTBOX + clientId, JSON.stringify({ text: content, at, status: state, note }));
};
const recall = () => {
  const entries = store.under(OUTBOX).flatMap((name) => {
    try {
      const entry = JSON.parse(store.get(name));
      const old = entry.status === 'sent' && Date.now() - entry.at > SENT_MS;
      if (
        typeof entry.text === 'string' &&
        Number.isFinite(entry.at) &&
        Object.hasOwn(STATES, entry.status) &&
        !old
      )
        return [{ ...entry, clientId: name.slice(OUTBOX.length) }];
    } catch {
      // Not ours, or cut off: of no use.
    }
    store.remove(name);
    return [];
  });
  entries
    .sort((a, b) => a.at - b.at)
    .forEach((entry) => add({ ...entry, id: entry.clientId, author: 'customer' }));
};

/** `crypto.randomUUID` exists on https and localhost only; a demo on a phone comes over plain http. */
const newClientId = () =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

const say = (content) => {
  const clientId = newClientId();
  const lastOwn = items.reduce((last, item) => (isOwn(item) ? Math.max(last, item.at) : last), 0);
  // Strictly later than the one before: the order of the outbox after a reload.
  const now = Date.now();
  const at = lastOwn >= now && lastOwn - now < 1_000 ? lastOwn + 1 : now;
  const item = add({
    id: clientId,
    clientId,
    author: 'customer',
    text: content,
    at,
    status: 'pending',
    entering: true,
  });
  remember(item);
  render({ follow: true });
  pump();
};

/* ---------- The connection ---------- */

let ready = false;
let inFlight = null;
let attempts = 0;
let pause;
let sentToken = null;
let ownToken = null;

const socket =
  typeof io === 'function' &&
  io('/chat', {
    auth: (answer) => {
      sentToken = store.get('token');
      answer({ channel: CHANNEL, ...(sentToken && { token: sentToken }) });
    },
    // A websocket needs no sticky sessions; where a proxy forbids it, polling is next.
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    autoConnect: false,
  });

/** One at a time, so that they arrive in the order they were written. Repeating is harmless: the server knows the id. */
const pump = () => {
  if (!ready || inFlight || pause) return;
  const item = items.filter(({ status: state }) => state === 'pending').sort(inOrder)[0];
  if (!item) return;
  inFlight = item;
  socket.timeout(ACK_MS).emit('message', { id: item.clientId, text: item.text }, (error, ack) => {
    inFlight = null;
    if (item.status === 'pending') settle(item, error ? null : ack);
    pump();
  });
};

const settle = (item, ack) => {
  if (ack?.ok === true) {
    attempts = 0;
    Object.assign(item, { status: 'sent', note: '' });
  } else if (ack?.ok === false && !PASSING.has(ack.code)) {
    Object.assign(item, { status: 'failed', note: REASONS.get(ack.code) ?? String(ack.message ?? '') });
    announce(`Message not sent: ${item.note}`);
  } else if (ready) {
    item.note = PASSING.get(ack?.code) ?? 'Still sending…';
    attempts += 1;
    wait(Math.min(1_000 * 2 ** (attempts - 1), 15_000));
  }
  remember(item);
  render();
};

const wait = (ms) => {
  pause = setTimeout(() => {
    pause = undefined;
    pump();
  }, ms);
};

let watchdog;
const watch = () => {
  clearTimeout(watchdog);
  // Connected, but no session came: whatever went wrong there, a new connection asks again.
  watchdog = setTimeout(restart, SESSION_MS);
};
const restart = () => {
  if (chat.dataset.state !== 'refused') socket.disconnect().connect();
};

/**
 * Two tabs opened at once may each have got a token before either saw the other's: the lesser of the two stays, whichever
 * tab hears of the other first.
 */
addEventListener('storage', ({ key, newValue }) => {
  if (key !== store.keyOf('token') || !newValue || !ownToken || newValue === ownToken) return;
  if (newValue > ownToken) return store.set('token', ownToken);
  ownToken = newValue;
  store.set('token', newValue);
  restart();
});

const onSession = ({ token, messages }) => {
  clearTimeout(watchdog);
  const stored = store.get('token');
  // Another tab got a token in the meantime: one browser is one visitor.
  if (stored && stored !== sentToken && stored !== token) return restart();
  if (typeof token === 'string') {
    ownToken = token;
    store.set('token', token);
  }
  log.setAttribute('aria-busy', 'true');
  const fresh = (Array.isArray(messages) ? messages : [])
    .map((m) => take(m, { fromHistory: true }))
    .filter(Boolean);
  // What the history lacks is about to arrive there.
  items
    .filter((item) => isOwn(item) && !item.confirmed)
    .sort(inOrder)
    .forEach(toEnd);
  if (fresh.some(({ item, isNew }) => isNew && !isOwn(item))) showTyping(false);
  const wasAway = chat.dataset.state === 'reconnecting';
  setState('online');
  if (wasAway) announce('Connected again.');
  clearTimeout(pause);
  [pause, attempts, ready] = [undefined, 0, true];
  render();
  log.removeAttribute('aria-busy');
  pump();
};

const onMessage = (message) => {
  const taken = take(message, { fromHistory: false });
  if (!taken) return;
  taken.item.entering = taken.isNew;
  if (!isOwn(taken.item)) {
    showTyping(false);
    if (taken.isNew && document.hidden) badge(unread + 1);
  }
  render();
};

const onGone = () => {
  clearTimeout(watchdog);
  ready = false;
  showTyping(false);
  if (chat.dataset.state !== 'refused')
    setState(chat.dataset.state === 'connecting' ? 'connecting' : 'reconnecting');
  render();
};

const connect = () => {
  socket.on('connect', watch);
  socket.on('session', onSession);
  socket.on('message', onMessage);
  socket.on('typing', () => showTyping(true));
  socket.on('refused', (refusal) => {
    setState('refused', String(refusal?.message ?? ''));
    socket.disconnect();
  });
  socket.on('disconnect', (reason) => {
    onGone();
    // The library comes back by itself, except where the server closed on purpose.
    if (reason === 'io server disconnect') setTimeout(restart, 1_000);
  });
  socket.on('connect_error', () => {
    onGone();
    if (!socket.active) setTimeout(restart, 3_000);
  });
  addEventListener('online', () => socket.connected || restart());
  addEventListener('offline', () => setState(chat.dataset.state));
  socket.connect();
  // A quick start needs no banner.
  setTimeout(() => chat.dataset.state === 'connecting' && setState('connecting'), 1_500);
};

/* ---------- What is seen ---------- */

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const dayOf = (at) => new Date(at).toDateString();
const dayName = (at) => {
  if (dayOf(at) === dayOf(Date.now())) return 'Today';
  return dayOf(at) === dayOf(Date.now() - 86_400_000) ? 'Yesterday' : DAY.format(at);
};

const build = (item) => {
  const element = make('li', 'message');
  const meta = make('div', 'meta');
  meta.append(make('time', 'time'), make('span', 'state'));
  const bubble = make('p', 'bubble');
  bubble.dir = 'auto';
  element.append(make('div', 'day'), make('span', 'who'), bubble, meta);
  for (const [label, act] of [
    ['Retry', retry],
    ['Delete', discard],
  ]) {
    const button = make('button', label.toLowerCase(), label);
    button.type = 'button';
    button.addEventListener('click', () => act(item));
    meta.append(button);
  }
  if (item.entering) element.classList.add('entering');
  element.addEventListener('animationend', () => element.classList.remove('entering'));
  return element;
};

const stateOf = ({ status: state, note }) => {
  if (state === 'pending') return ready ? note || STATES.pending : 'Waiting for the connection…';
  return note ? `${STATES[state]}: ${note}` : STATES[state];
};
const together = (a, b) =>
  a && b && a.author === b.author && Math.abs(a.at - b.at) < GROUP_MS && dayOf(a.at) === dayOf(b.at);

const write = (element, content) => {
  if (element.textContent !== content) element.textContent = content;
};

const update = (item, previous, next) => {
  const { element } = item;
  const [day, who, bubble, meta] = element.children;
  const [time, state, ...buttons] = meta.children;
  const failed = item.status === 'failed';
  const quiet = item.status === 'sent' && together(item, next) && next.status === 'sent';
  for (const [name, on] of Object.entries({
    own: isOwn(item),
    system: item.author === 'system',
    first: !together(previous, item),
    last: !together(item, next),
    pending: item.status === 'pending',
    failed,
  }))
    element.classList.toggle(name, Boolean(on));
  day.hidden = previous !== undefined && dayOf(previous.at) === dayOf(item.at);
  write(day, day.hidden ? '' : dayName(item.at));
  write(who, AUTHORS[item.author]);
  write(bubble, item.text);
  meta.hidden = quiet;
  time.dateTime = new Date(item.at).toISOString();
  write(time, CLOCK.format(item.at));
  state.hidden = !isOwn(item);
  write(state, stateOf(item));
  for (const button of buttons) button.hidden = !failed;
};

const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
/** The end is followed until the reader scrolls up; a smooth scroll on its way down does not count as that. */
let following = true;
let lastTop = 0;
let drawn = false;
const toBottom = (behavior = drawn ? 'smooth' : 'instant') => {
  following = true;
  log.scrollTo({ top: log.scrollHeight, behavior });
  jump.hidden = true;
};
const onScroll = () => {
  if (nearEnd()) [following, jump.hidden] = [true, true];
  else if (log.scrollTop < lastTop) following = false;
  lastTop = log.scrollTop;
};

const render = ({ follow = false } = {}) => {
  const before = items.filter(({ element }) => element).length;
  items.sort(inOrder);
  items.forEach((item, index) => {
    item.element ??= build(item);
    update(item, items[index - 1], items[index + 1]);
    if (list.children[index] !== item.element) list.insertBefore(item.element, list.children[index] ?? null);
  });
  welcome.hidden = items.length > 0 || !ready;
  if (following || follow) toBottom();
  else if (items.length > before) jump.hidden = false;
  drawn ||= ready;
};

let typingTimer;
const showTyping = (on) => {
  clearTimeout(typingTimer);
  if (on) typingTimer = setTimeout(() => showTyping(false), TYPING_MS);
  if (typing.hidden === !on) return;
  typing.hidden = !on;
  announce(on ? 'The assistant is typing.' : '');
  if (on && following) toBottom();
};

const announce = (content) => (status.textContent = content);

let unread = 0;
const badge = (count) => {
  unread = count;
  document.title = count > 0 ? `(${count}) ${TITLE}` : TITLE;
};

const setState = (state, detail = '') => {
  chat.dataset.state = state;
  const away = navigator.onLine ? '' : ' You seem to be offline.';
  const words = {
    connecting: 'Connecting…',
    reconnecting: `Reconnecting…${away} What you write is sent as soon as we are back.`,
    refused: `This chat is not available. ${detail}`,
  };
  banner.hidden = state === 'online';
  write(banner, words[state] ?? '');
  announce(words[state] ?? '');
  composer.inert = state === 'refused';
  if (state === 'refused') {
    welcome.hidden = true;
    text.disabled = true;
    text.placeholder = 'Not available';
  }
};

/* ---------- What is done ---------- */

const retry = (item) => {
  toEnd(Object.assign(item, { status: 'pending', note: '' }));
  remember(item);
  refocus();
  render({ follow: true });
  pump();
};

const discard = (item) => {
  store.remove(OUTBOX + item.clientId);
  forget(item);
  refocus();
  announce('Message deleted.');
  render();
};

const fit = () => {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight}px`;
  send.disabled = text.value.trim() === '';
  const rest = MAX_TEXT - text.value.length;
  write(left, rest <= 200 ? `${rest} characters left` : '');
};

/** Back to the field, except where that would open a keyboard on the screen. */
const refocus = () => matchMedia('(hover: hover)').matches && text.focus();

const submit = () => {
  const content = text.value.trim();
  if (content === '' || text.disabled) return;
  text.value = '';
  fit();
  text.focus();
  say(content);
};

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
text.addEventListener('input', fit);
text.addEventListener('keydown', (event) => {
  // While an input method composes, Enter belongs to it; Safari says so by 229 only.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.activeElement !== text) text.focus();
});
welcome.addEventListener('click', ({ target }) => {
  const chip = target.closest('.chip');
  if (!chip) return;
  say(chip.textContent);
  refocus();
});
jump.addEventListener('click', () => {
  toBottom();
  refocus();
});
log.addEventListener('scroll', onScroll, { passive: true });
new ResizeObserver(() => following && toBottom('instant')).observe(log);
document.addEventListener('visibilitychange', () => document.hidden || badge(0));

recall();
fit();
render();
refocus();
if (socket) connect();
else setState('refused', 'A part of the page did not load. Please reload it.');
