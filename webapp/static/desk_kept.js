/* 坐席台 · entries at hand: 固定 (Alt P), what was used lately, and two cards side by side (Alt B). */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const card = document.getElementById('card');
  const hits = document.getElementById('hits');
  const reg = document.getElementById('reg');
  let laid = null;   // the card that waits to be compared: its entry and what it showed

  // ----- 固定 -----
  function pin() {
    const button = card.querySelector('[data-pin]');
    if (!button) { return; }
    const wasOn = button.getAttribute('aria-pressed') === 'true';
    desk.post(button.formAction, wasOn ? { off: '1' } : {}).then(function (answer) {
      desk.search.patch('[data-pin-holder]', held(answer.is_pinned));
      desk.copy.hint(answer.is_pinned ? '已固定，清空输入框就能看到' : '已取消固定');
    }, function (error) { desk.copy.hint(error.message || '没有存下，请再按一次'); });
  }
  // The button as it is now, with its other state.
  function held(isOn) {
    const holder = card.querySelector('[data-pin-holder]').cloneNode(true);
    const button = holder.querySelector('[data-pin]');
    button.setAttribute('aria-pressed', String(isOn));
    button.querySelector('[data-pin-text]').textContent = isOn ? '取消固定' : '固定';
    return holder.innerHTML;
  }
  reg.addEventListener('submit', function (event) {
    if (event.submitter && event.submitter.matches('[data-pin]')) {
      event.preventDefault();
      pin();
    }
  });

  // ----- a kept entry is asked for by its title -----
  hits.addEventListener('click', function (event) {
    const link = event.target.closest('[data-ask]');
    if (!link || event.ctrlKey || event.metaKey) { return; }
    event.preventDefault();
    box.value = link.dataset.ask;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    desk.search.run();
    box.focus();
  });

  // ----- 比较 -----
  function compare() {
    const chosen = desk.search.current();
    if (!chosen) { return; }
    if (!laid || laid.id === chosen.item_id) {
      laid = { id: chosen.item_id, title: chosen.title, view: view() };
      desk.copy.hint('已留下这一条，选另一条再按 Alt B');
      return;
    }
    const holder = document.querySelector('[data-compare]');
    holder.replaceChildren(laid.view, view());
    laid = null;
    desk.call.show('compare-dialog');
  }
  function view() {
    const copy = card.querySelector('.scroll').cloneNode(true);
    copy.querySelectorAll('[id]').forEach(function (part) { part.removeAttribute('id'); });
    copy.querySelectorAll('button, [data-pin-holder]').forEach(function (part) { part.remove(); });
    return copy;
  }
  desk.kept = { pin: pin, compare: compare };
}());
