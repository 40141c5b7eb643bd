/* 坐席台 · from one question to the next. A settled one leaves the form at once and stands in the log;
   whatever is typed then, in the box or beside it, is the next. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const reg = document.getElementById('reg');
  const OF_MATTER = ['title', 'content', 'place', 'category', 'files'];
  const OF_CALLER = ['requester_name', 'requester_phone', 'region'];
  const WRITTEN = ['title', 'content', 'place'];  // the rest may follow a card by itself
  const line = reg.querySelector('[data-continues]');
  const former = reg.querySelector('[data-former-letter]');
  const tick = line.querySelector('input');
  const listeners = [];
  // The question that what is gone on with was asked with: the page's, whatever was typed since.
  let asked = tick.value ? box.defaultValue : '';
  let words = JSON.parse(line.dataset.kept);  // what stands with it already, and comes back with the tick
  let settled = false;
  let before = null; // the form as it was settled, for the undo

  function field(name) { return reg.elements.namedItem(name); }
  // What was changed while the outcome was on its way belongs to the next question already.
  function settle(sent, renew) {
    const now = desk.draft.values();
    const left = OF_MATTER.filter(function (name) {
      return name === 'files' || (sent[name] || '') === (now[name] || '');
    });
    const isOther = sent.query !== now.query || WRITTEN.some(function (name) { return left.indexOf(name) < 0; });
    before = sent;
    settled = true;
    desk.draft.settle();
    left.forEach(function (name) { field(name).value = ''; });
    field('title').dataset.auto = '1';
    field('category').dataset.auto = '1';
    goOnWith('');
    desk.writing.clear();
    renew();
    if (!isOther) { select(); return; }
    begin();
    // What was typed on behind the settled question, before its outcome was stored, is the next one.
    if (now.query.startsWith(sent.query)) { putInBox(now.query.slice(sent.query.length)); }
    desk.draft.changed();
  }
  // What is typed over a settled question replaces it, however the box is reached.
  let untouched = false;
  function select() {
    untouched = true;
    if (document.activeElement === box) { box.select(); }
  }
  box.addEventListener('focus', function () {
    if (settled) { box.select(); }
  });
  box.addEventListener('mousedown', function (event) {
    if (!settled || !untouched) { return; }
    event.preventDefault(); // pressed once more, the caret goes where it was put
    untouched = false;
    box.focus();
    box.select();
  });
  function putInBox(words) {
    box.value = words;
    field('query').value = words;
    desk.search.run();
  }
  function begin() {
    settled = false;
    before = null;
    listeners.forEach(function (run) { run(); });
  }
  // 撤销: the form as it was, to go on with the request it had become. Once the next question has
  // begun it stays in the log, to be gone on with from there.
  function bringBack(number, kept) {
    if (!settled) { return; }
    settled = false;
    before = null;
    desk.draft.fill(kept);
    box.setSelectionRange(box.value.length, box.value.length);
    field('title').dataset.auto = '';  // what it is called stays, whatever the box says
    field('category').dataset.auto = kept.category ? '' : '1';
    goOnWith(number, kept);
    desk.writing.look();
  }
  function goOnWith(number, kept) {
    words = kept || (number === tick.value ? words : {});
    tick.value = number;
    tick.checked = Boolean(number);
    asked = number ? box.value : '';
    line.hidden = !number;
    former.hidden = !number;
    field('no_letter').checked = false;
    line.querySelector('[data-continues-number]').textContent = number;
  }

  // ----- another question in the box is not the request that is gone on with -----
  function plain(text) { return text.replace(/[\s\p{P}]+/gu, ''); }
  // While a question is typed, deleted or made longer the one contains the other; else half of what
  // the shorter says, by pairs of characters, stands in the longer.
  function isSameMatter(one, other) {
    const both = [plain(one), plain(other)].sort(function (a, b) { return a.length - b.length; });
    if (both[1].indexOf(both[0]) >= 0) { return true; }
    let count = 0;
    for (let at = 0; at < both[0].length - 1; at += 1) {
      if (both[1].indexOf(both[0].slice(at, at + 2)) >= 0) { count += 1; }
    }
    return count > 0 && count * 2 >= both[0].length - 1;
  }
  function partFromFormer() {
    if (!tick.checked || isSameMatter(asked, box.value)) { return; }
    tick.checked = false;
    former.hidden = true;
    leaveWords();
  }
  // Said as long as the other question is being written.
  function sayParted() {
    if (!tick.value || tick.checked || !box.value) { return; }
    desk.copy.keep('这是另一问，会另行登记；要接着办诉求 ' + tick.value + ' 请勾上');
  }
  // What stands with the request already is none of the next one's.
  function leaveWords() {
    const now = desk.draft.values();
    OF_MATTER.forEach(function (name) {
      if (name !== 'files' && words[name] && words[name] === now[name]) { field(name).value = ''; }
    });
    if (!field('title').value) { field('title').dataset.auto = '1'; }
    if (!field('category').value) { field('category').dataset.auto = '1'; }
    desk.writing.clear();
  }
  // Ticked again: its own words where no others were written since.
  function goBackToFormer() {
    former.hidden = !tick.checked;
    if (!tick.checked) {
      if (field('title').value === words.title) { field('title').dataset.auto = '1'; }
      return;
    }
    asked = box.value;
    const now = desk.draft.values();
    if (field('title').dataset.auto) { now.title = ''; }
    desk.draft.fill(Object.fromEntries(Object.keys(words).filter(function (name) {
      return name !== 'continues' && !now[name];
    }).map(function (name) { return [name, words[name]]; })));
    field('title').dataset.auto = '';
    desk.writing.look();
  }
  tick.addEventListener('input', goBackToFormer);
  box.addEventListener('compositionend', function () { partFromFormer(); sayParted(); });

  box.addEventListener('input', function (event) {
    if (settled) { begin(); }
    // An emptied box ends what was gone on with: the next words are another matter.
    if (!box.value && tick.value && !field('content').value) { leaveWords(); goOnWith(''); }
    if (!event.isComposing) { partFromFormer(); }
    sayParted();
  });
  // Beside the box the next matter begins without the words of the last one.
  reg.addEventListener('input', function (event) {
    if (!settled) { return; }
    if (OF_CALLER.indexOf(event.target.name) >= 0) {
      desk.copy.hint('这一问已经登记；现在写的记给下一问，要补进这一问请先撤销');
    }
    if (OF_MATTER.indexOf(event.target.name) < 0) { return; }
    begin();
    putInBox('');
    desk.copy.hint('上一问已经办结；正在写下一问');
  });

  desk.next = {
    settle: settle, bringBack: bringBack, goOnWith: goOnWith,
    isSettled: function () { return settled; }, asSettled: function () { return before; },
    onBegin: function (run) { listeners.push(run); }
  };
}());
