/* 坐席台 · 联想 inside the box, and links that ask again. The cards keep ↑ ↓ and Enter: a line is
   taken with → at the end of the text, chosen with Ctrl ↑ ↓, or clicked. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const strip = document.getElementById('suggest');
  const WAIT_MS = 120;
  const SHOWN = 4;
  let timer = 0;
  let running = null;
  let chosen = 0;
  let touched = false;

  function lines() { return Array.prototype.slice.call(strip.children); }
  function clear() {
    clearTimeout(timer);
    if (running) { running.abort(); running = null; }
    strip.replaceChildren();
    strip.hidden = true;
    release();
  }
  // The cards own the box's active option; it is lent while a line is chosen with the keys.
  function release() {
    if (!touched) { return; }
    touched = false;
    const hit = document.querySelector('#hits [aria-selected="true"]');
    if (hit) { box.setAttribute('aria-activedescendant', hit.id); } else { box.removeAttribute('aria-activedescendant'); }
  }
  function ask() {
    const typed = box.value.trim();
    clear();
    if (!typed || typed.length > 60) { return; }
    running = new AbortController();
    const mine = running;
    // A lost server is said by the search itself; here it only means no lines.
    fetch(desk.root.dataset.suggest + '?' + new URLSearchParams({ q: typed }), {
      signal: mine.signal, credentials: 'same-origin', headers: { Accept: 'application/json' }
    }).then(function (answer) { return answer.ok ? answer.json() : { items: [] }; }).then(function (body) {
      if (mine === running && box.value.trim() === typed) { draw(body.items, typed); }
    }).catch(function () { /* no lines */ });
  }
  function draw(items, typed) {
    const wanted = items.filter(function (item) { return item.text !== typed; }).slice(0, SHOWN);
    strip.replaceChildren.apply(strip, wanted.map(function (item, index) {
      const line = document.createElement('button');
      line.type = 'button';
      line.tabIndex = -1;
      line.id = 'suggest-' + (index + 1);
      line.className = 'tag';
      line.setAttribute('role', 'option');
      line.textContent = item.text;
      line.title = item.text;
      return line;
    }));
    strip.hidden = !wanted.length;
    mark(0);
  }
  function mark(index) {
    chosen = index;
    lines().forEach(function (line, at) { line.setAttribute('aria-selected', String(at === chosen)); });
  }
  function put(text) {
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    clear();
    box.focus();
    box.setSelectionRange(text.length, text.length);
  }
  function move(step) {
    const count = lines().length;
    if (!count || document.activeElement !== box) { return false; }
    mark(Math.max(0, Math.min(chosen + step, count - 1)));
    touched = true;
    box.setAttribute('aria-activedescendant', lines()[chosen].id);
    return true;
  }
  function take() {
    const line = lines()[chosen];
    const atEnd = box.selectionStart === box.value.length && box.selectionEnd === box.value.length;
    if (!line || document.activeElement !== box || !atEnd) { return false; }
    put(line.textContent);
    return true;
  }

  box.addEventListener('input', function (event) {
    clear();
    if (!event.isComposing) { timer = setTimeout(ask, WAIT_MS); }
  });
  box.addEventListener('compositionend', function () { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  box.addEventListener('blur', clear);
  strip.addEventListener('mousedown', function (event) {
    const line = event.target.closest('button');
    if (line) { event.preventDefault(); put(line.textContent); }
  });
  document.addEventListener('click', function (event) {
    const again = event.target.closest('a[data-ask], a[data-literal]');
    if (!again || event.ctrlKey || event.metaKey) { return; }
    event.preventDefault();
    if (again.dataset.ask) { desk.search.widen(); put(again.dataset.ask); } else { desk.search.literally(again.dataset.literal === '1'); }
    box.focus();
  });
  window.yingda.key('ArrowRight', take, true);
  window.yingda.key('Ctrl+ArrowDown', function () { return move(1); }, true);
  window.yingda.key('Ctrl+ArrowUp', function () { return move(-1); }, true);
}());
