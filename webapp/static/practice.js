/* 练习 · the seconds, and the keys of the desk: ↑ ↓ and Alt with a digit choose, Enter adopts, F8
   twice hands over, Esc empties the box, / leads back to it. */
(function () {
  'use strict';
  const waited = document.querySelector('[data-waited]');
  if (!waited) { return; }
  const key = window.yingda.key;
  const box = document.getElementById('q');
  const form = document.getElementById('answer');
  const none = form.querySelector('[data-none]');
  const picks = Array.from(form.querySelectorAll('input[name=item]'));
  const began = Date.now() - Number(waited.dataset.waited) * 1000;
  setInterval(function () { waited.textContent = Math.floor((Date.now() - began) / 1000); }, 1000);

  function inBox() { return document.activeElement === box; }
  function pick(index) {
    picks[index].checked = true;
    picks[index].closest('li').scrollIntoView({ block: 'nearest' });
  }
  function move(step) {
    if (!inBox() || !picks.length) { return false; }
    const at = picks.findIndex(function (one) { return one.checked; });
    pick(Math.max(0, Math.min(at + step, picks.length - 1)));
    return true;
  }
  // Words that were not looked up yet are looked up first, as the box's own Enter does.
  function enter() {
    const chosen = picks.find(function (one) { return one.checked; });
    if (!inBox() || !chosen || box.value.trim() !== box.defaultValue.trim()) { return false; }
    form.requestSubmit(form.querySelector('[data-adopt]'));
    return true;
  }
  function handOver() {
    if (document.activeElement === none) { form.requestSubmit(none); return; }
    none.focus();
    form.querySelector('[data-again]').hidden = false;
  }
  function escape() {
    if (!inBox()) { box.focus(); return; }
    box.select();
    document.execCommand('delete');
  }
  key('/', function () { box.focus(); box.select(); });
  key('ArrowDown', function () { return move(1); }, true);
  key('ArrowUp', function () { return move(-1); }, true);
  key('Enter', enter, true);
  key('F8', handOver, true);
  key('Ctrl+Enter', handOver, true);
  key('Escape', escape, true);
  picks.forEach(function (one, index) {
    key('Alt+' + (index + 1), function () { pick(index); box.focus(); }, true);
  });
  box.setSelectionRange(box.value.length, box.value.length);
}());
