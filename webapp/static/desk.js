/* 坐席台 · keys, and what follows the chosen card. Loaded last. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const reg = document.getElementById('reg');
  const card = document.getElementById('card');
  const title = reg.elements.namedItem('title');
  const category = reg.elements.namedItem('category');
  const limit = reg.querySelector('[data-order-limit]');
  const lost = reg.querySelector('[data-order-lost]');

  // ----- title and category follow the question until the agent writes their own -----
  // What a request that is gone on with is called stays, whatever the box says.
  const goesOn = reg.querySelector('[name=continues]').checked;
  if (!title.value || (title.value === box.value && !goesOn)) { title.dataset.auto = '1'; }
  if (!category.value) { category.dataset.auto = '1'; }
  title.addEventListener('input', function () { title.dataset.auto = title.value ? '' : '1'; });
  category.addEventListener('change', function () { category.dataset.auto = category.value ? '' : '1'; });
  box.addEventListener('input', function () {
    if (title.dataset.auto) { title.value = box.value.trim().slice(0, 200); }
  });
  desk.search.onChoice(function (chosen, answer) {
    // A card that says little of what was asked fills in nothing.
    const close = chosen && chosen.is_close ? chosen : null;
    desk.writing.sayUnit();
    lost.toggleAttribute('data-answered', Boolean(answer.answered));
    sayLost();
    // A restored category that came from this card goes on following the cards.
    if (chosen && category.value === chosen.category) { category.dataset.auto = '1'; }
    if (category.dataset.auto) {
      category.value = close ? close.category : '';
    }
  });
  reg.addEventListener('change', function (event) {
    if (event.target.name !== 'purpose') { return; }
    limit.textContent = event.target.dataset.limit + '，自派单起算';
    sayLost();
  });
  // A complaint is handled whatever the library holds; only an unanswered question counts as lost.
  function sayLost() {
    lost.hidden = !lost.hasAttribute('data-answered') || !reg.querySelector('[name="purpose"][data-answerable]:checked');
  }

  // ----- keys -----
  const key = window.yingda.key;
  function inBox() { return document.activeElement === box; }
  function openMenu() { return document.querySelector('details[data-menu][open]'); }
  function enter() {
    if (!inBox()) { return inRail(); }
    if (!box.value.trim()) { return true; }
    desk.outcome.adopt();
    return true;
  }
  // Enter in a one-line field of the registration does nothing; elsewhere it keeps its meaning.
  function inRail() {
    const here = document.activeElement;
    return here.form === reg && here.tagName === 'INPUT';
  }
  function escape() {
    if (openMenu()) { return false; }
    if (!inBox()) { box.focus(); return true; }
    const refused = desk.outcome.isRefused();
    desk.outcome.hideBar();
    if (refused || !box.value) { return true; }
    // Deleted as if by hand, so that the box's own undo brings it back.
    box.select();
    document.execCommand('delete');
    return true;
  }
  key('/', function () { box.focus(); box.select(); });
  key('?', function () { desk.call.show('keys-dialog'); });
  // The box holds the focus; a question mark opens no question, so in an empty box it asks for help.
  document.getElementById('q').addEventListener('keydown', function (event) {
    if (event.isComposing || event.keyCode === 229 || event.target.value) return;
    if (event.key === '?' || event.key === '\uff1f') {
      event.preventDefault();
      desk.call.show('keys-dialog');
    }
  });
  key('F1', function () { desk.call.show('keys-dialog'); }, true);
  key('F3', function () { desk.call.show('notices-dialog'); }, true);
  key('F8', function () { desk.outcome.raise(); }, true);
  key('Ctrl+Enter', function () { desk.outcome.raise(); }, true);
  key('F9', function () { desk.call.end(); }, true);
  key('Enter', enter, true);
  key('Escape', escape, true);
  key('ArrowDown', function () { if (!inBox()) { return false; } desk.search.move(1); return true; }, true);
  key('ArrowUp', function () { if (!inBox()) { return false; } desk.search.move(-1); return true; }, true);
  key('Alt+C', function () { desk.copy.script(); }, true);
  key('Alt+M', function () { desk.copy.message(); }, true);
  key('Alt+P', function () { desk.kept.pin(); }, true);
  key('Alt+B', function () { desk.kept.compare(); }, true);
  key('Alt+K', function () { desk.guidance.acknowledge(); }, true);
  key('Alt+H', function () { desk.call.hold(); }, true);
  key('Alt+O', function () {
    const chosen = desk.search.current();
    if (chosen) { window.open(chosen.original_url, '_blank', 'noopener'); }
  }, true);
  key('Alt+G', function () { desk.writing.takePurpose(); }, true);
  key('Alt+J', function () { desk.correct.open(); }, true);
  key('Ctrl+Z', function () {
    // In another field it is that field's own undo.
    const here = document.activeElement;
    if (!desk.outcome.canUndo() || (here !== box && /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName))) { return false; }
    desk.outcome.undo();
    return true;
  }, true);
  [1, 2, 3, 4, 5, 6, 7, 8, 9].forEach(function (number) {
    key('Alt+' + number, function () {
      const answer = desk.search.answer();
      if (!answer || answer.cards.length < number) { return; }
      desk.search.choose(number - 1);
      box.focus();
    }, true);
  });

  card.setAttribute('aria-live', 'off');
  desk.draft.restore();
  if (reg.elements.namedItem('content').value || title.value) { desk.writing.look(); }
  reg.elements.namedItem('query').value = box.value;
  desk.search.run();
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}());
