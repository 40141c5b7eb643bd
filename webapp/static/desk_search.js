/* 坐席台 · the one box: results while typing. An answer is drawn all at once; the former card stays
   until then. A key asks at once; keys pressed while an answer is on its way ask once, after it. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const form = document.getElementById('ask');
  const reg = document.getElementById('reg');
  const hits = document.getElementById('hits');
  const card = document.getElementById('card');
  const read = document.getElementById('read');
  const count = form.querySelector('[data-count]');
  const askBox = form.querySelector('[data-ask-box]');
  const filters = Array.prototype.slice.call(form.querySelectorAll('[data-filter]'));
  const LOST_MS = 1000;   // an answer that takes longer is not waited for when a key is pressed
  const PLACEHOLDER_MS = 120;
  const MAX_SENT = 300;
  let since = 0;       // when the running question was asked
  let placeholder = 0;
  let running = null;
  let answer = null;   // the last answer drawn
  let drawn = null;    // the words and filters it belongs to
  let chosen = -1;
  let picked = '';     // the words and filters for which the agent chose a card
  let waiting = [];    // what was pressed before the answer to the last key was there
  let literal = desk.root.dataset.literal ? box.value : '';  // the words to be taken as they are
  const listeners = [];
  const stacked = window.matchMedia('(max-width: 55.99rem)'); // as in desk.css: the card lies below the list

  function asked() {
    const params = new URLSearchParams();
    // The engine reads two hundred characters; an address has its limits.
    params.set('q', box.value.slice(0, MAX_SENT));
    if (literal && literal === box.value) { params.set('literal', '1'); }
    filters.forEach(function (field) { if (field.value) { params.set(field.name, field.value); } });
    return params.toString();
  }
  function typed() { if (!running || performance.now() - since > LOST_MS) { run(); } }
  function run() {
    const wanted = asked();
    if (running) { running.abort(); }
    running = new AbortController();
    const mine = running;
    since = performance.now();
    clearTimeout(placeholder);
    placeholder = setTimeout(wait, PLACEHOLDER_MS);
    hits.setAttribute('aria-busy', 'true');
    return desk.get(desk.root.dataset.search + '?' + wanted, mine.signal).then(function (body) {
      if (mine !== running) { return; }
      // A choice made among answers goes when the whole words have none: each card is only near then.
      const keep = picked === wanted && (body.answered || drawn === wanted) ? current() : null;
      drawn = wanted;
      draw(body, keep);
      const ready = waiting.filter(function (one) { return one.wanted === wanted; });
      // What was pressed for words still to be asked waits on; for words since changed it is void.
      waiting = waiting.filter(function (one) { return one.wanted !== wanted && one.wanted === asked(); });
      ready.forEach(function (one) { one.run(); });
      if (wanted !== asked()) { run(); }
    }, function (error) {
      if (error.kind === 'aborted' || mine !== running) { return; }
      finish();
      waiting = [];
      if (error.kind !== 'refused') { showStale(answer !== null && drawn !== wanted); return; }
      count.textContent = '';
      say(error.message);
      if (wanted !== asked()) { run(); }
    });
  }
  function wait() {
    count.textContent = '正在查……';
    if (!answer || answer.state === 'empty') { skeleton(); }
  }
  function skeleton() {
    const rows = ['sk sk-40', 'sk sk-l sk-80', 'sk sk-l', 'sk sk-l', 'sk sk-l sk-60'];
    const view = document.createElement('div');
    view.className = 'scroll';
    const inner = document.createElement('div');
    inner.className = 'none-box';
    rows.forEach(function (name) {
      const line = document.createElement('span');
      line.className = name;
      inner.appendChild(line);
    });
    view.appendChild(inner);
    card.replaceChildren(view);
    desk.bar.place();
  }
  function finish() {
    clearTimeout(placeholder);
    running = null;
    hits.removeAttribute('aria-busy');
  }
  function say(sentence) {
    const line = document.createElement('span');
    line.className = 't-warn';
    line.textContent = sentence;
    read.replaceChildren(line);
  }

  // No answer came: what is still shown belongs to other words than those in the box.
  function showStale(isStale) {
    hits.classList.toggle('is-stale', isStale);
    card.classList.toggle('is-stale', isStale);
    if (isStale) { count.textContent = '下面是前面那一问的'; }
  }

  // A card chosen while the last answer was on its way stays chosen, if it still answers.
  function draw(body, keep) {
    finish();
    showStale(false);
    answer = body;
    hits.innerHTML = body.fragments.hits;
    hits.parentNode.scrollTop = 0;
    read.innerHTML = body.fragments.read;
    count.textContent = body.answered ? body.cards.length + ' 条 · ' + Math.max(1, Math.round(body.elapsed_ms)) + ' 毫秒' : '';
    askBox.classList.toggle('is-past', body.is_past);
    filters.forEach(function (field) {
      const plain = field.name === 'as_of' ? desk.root.dataset.today : '';
      field.classList.toggle('is-set', field.value !== plain);
    });
    const list = document.getElementById('hit-list');
    box.setAttribute('aria-expanded', String(Boolean(list)));
    if (list) { box.setAttribute('aria-controls', 'hit-list'); } else { box.removeAttribute('aria-controls'); }
    const place = keep ? body.cards.findIndex(function (one) { return isSame(one, keep); }) : -1;
    show(place >= 0 ? place : (body.answered ? 0 : -1));
  }
  function isSame(one, other) {
    return Boolean(one && other) && one.item_id === other.item_id && one.version === other.version;
  }
  function choose(index) {
    picked = asked();
    show(index);
  }
  function show(index) {
    if (!answer) { return; }
    chosen = Math.min(index, answer.cards.length - 1);
    hits.querySelectorAll('[data-hit]').forEach(function (hit) {
      const mine = Number(hit.dataset.hit) === chosen;
      hit.setAttribute('aria-selected', String(mine));
      if (mine) { hit.scrollIntoView({ block: 'nearest' }); }
    });
    if (chosen < 0) { box.removeAttribute('aria-activedescendant'); }
    else { box.setAttribute('aria-activedescendant', 'hit-' + (chosen + 1)); }
    card.innerHTML = chosen < 0 ? answer.fragments.none : answer.fragments.cards[chosen];
    desk.bar.place();
    listeners.forEach(function (run) { run(current(), answer); });
  }
  function isFresh() { return answer !== null && drawn === asked(); }
  function current() { return answer && chosen >= 0 ? answer.cards[chosen] : null; }
  function move(step) {
    if (!answer || !answer.cards.length) { return; }
    const lowest = answer.answered ? 0 : -1;
    choose(Math.max(lowest, Math.min(chosen + step, answer.cards.length - 1)));
  }

  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-expanded', 'false');
  box.addEventListener('input', function (event) {
    reg.elements.namedItem('query').value = box.value;
    if (!event.isComposing) { typed(); }
  });
  box.addEventListener('compositionend', typed);
  filters.forEach(function (field) { field.addEventListener('change', run); });
  form.addEventListener('submit', function (event) { event.preventDefault(); run(); });
  hits.addEventListener('mousedown', function (event) {
    const hit = event.target.closest('[data-hit]');
    if (!hit) { return; }
    event.preventDefault(); // the focus stays in the box
    choose(Number(hit.dataset.hit));
    if (stacked.matches) { card.scrollIntoView({ block: 'start' }); }
  });
  desk.onRecovered(run);
  // Another question, about anything; the day asked about stays.
  function widen() {
    filters.forEach(function (field) {
      if (field.tagName === 'SELECT' && field.value) { field.value = ''; field.dispatchEvent(new Event('change')); }
    });
  }

  desk.search = {
    run: run, move: move, widen: widen,
    literally: function (on) { literal = on ? box.value : ''; run(); }, choose: choose, current: current,
    isSame: isSame,
    isFresh: isFresh,
    // Runs once the words now in the box are answered; never, when they change before.
    whenFresh: function (then) {
      waiting.push({ wanted: asked(), run: then });
      if (!running) { run(); }
    },
    answer: function () { return answer; },
    // A part of the card changed on the server: show it now, and again when the card is chosen again.
    patch: function (selector, html) {
      const kept = document.createElement('template');
      kept.innerHTML = answer.fragments.cards[chosen];
      kept.content.querySelector(selector).innerHTML = html;
      answer.fragments.cards[chosen] = kept.innerHTML;
      card.querySelector(selector).innerHTML = html;
      if (running) { run(); } // an answer on its way may be older than the change
    },
    onChoice: function (run) { listeners.push(run); }
  };
}());
