/* 导览 · points at one control after the other. Begins by itself only right after a log-in, never
   over a call; ← → walk, Esc leaves. What was being done is where it was afterwards, and whoever
   begins to write has the page to themselves: no key but those is the tour's. */
(function () {
  'use strict';
  const box = document.getElementById('tour');
  if (!box) { return; }
  const steps = Array.prototype.map.call(box.querySelectorAll('li'), function (line) {
    return { target: line.dataset.target, title: line.children[0].textContent, text: line.children[1].textContent };
  });
  const next = box.querySelector('[data-tour-next]');
  const back = box.querySelector('[data-tour-step="-1"]');
  const GAP = 12;
  let at = 0;
  let shown = null;   // the control pointed at
  let before = null;  // where the focus was

  // A control that this page or this width does not show is passed over.
  function visible(target) {
    return Array.prototype.find.call(document.querySelectorAll(target), function (one) {
      const area = one.getBoundingClientRect();
      return area.width > 0 && area.height > 0;
    });
  }
  function show(index) {
    const found = visible(steps[index].target);
    if (shown) { shown.classList.remove('is-toured'); }
    at = index;
    shown = found;
    found.classList.add('is-toured');
    found.scrollIntoView({ block: 'center' });
    box.querySelector('[data-tour-at]').textContent = '导览 ' + (at + 1) + ' / ' + steps.length;
    document.getElementById('tour-title').textContent = steps[at].title;
    document.getElementById('tour-text').textContent = steps[at].text;
    back.disabled = at === 0;
    next.textContent = at === steps.length - 1 ? '完成' : '下一步';
    place(found.getBoundingClientRect());
  }
  function isField(element) { return element.matches('input, textarea'); }
  function hold() { document.getElementById('tour-title').focus({ preventScroll: true }); }
  // Below the control, else above it, else over its lower end; always wholly on the screen, and where
  // there is room not over the field that is written in.
  function place(area) {
    const height = box.offsetHeight;
    const width = box.offsetWidth;
    let top = area.bottom + GAP;
    if (top + height > innerHeight) { top = area.top - GAP - height; }
    if (top < 0 || top + height > innerHeight) { top = innerHeight - height - GAP; }
    const own = isField(before) && before.getBoundingClientRect();
    if (own && top < own.bottom && top + height > own.top) { top = Math.min(own.bottom, innerHeight - height - GAP * 2) + GAP; }
    const left = Math.max(GAP, Math.min(area.left, innerWidth - width - GAP));
    box.style.top = Math.max(GAP, top) + 'px';
    box.style.left = left + 'px';
  }
  function walk(step) {
    if (at + step < 0) { return; }
    if (at + step >= steps.length) { end(); } else { show(at + step); hold(); }
  }
  // Gone from the page, and offered again at the next log-in; loading the page again, or coming back
  // to it, does not begin anew.
  function stepAside() {
    shown.classList.remove('is-toured');
    box.hidden = true;
    const here = new URL(location.href);
    here.searchParams.delete('tour');
    history.replaceState(Object.assign({}, history.state, { toured: true }), '', here);
  }
  function giveBack() { if (before && before.isConnected) { before.focus(); } }
  function end() {
    stepAside();
    giveBack();
    fetch(box.action, { method: 'POST', body: new URLSearchParams(new FormData(box)), credentials: 'same-origin', keepalive: true, headers: { Accept: 'application/json' } })
      .catch(function () { /* it is offered again another time */ });
  }
  function begin() {
    for (let index = steps.length - 1; index >= 0; index -= 1) {
      if (!visible(steps[index].target)) { steps.splice(index, 1); }
    }
    before = document.activeElement;
    if (!steps.length || (isField(before) && before.value !== before.defaultValue)) { return; }
    box.hidden = false;
    show(0);
    // A field that the page stands in keeps the focus: an input method is lost with it.
    if (!isField(before)) { hold(); }
  }

  box.addEventListener('click', function (event) {
    const step = event.target.closest('[data-tour-step]');
    if (step) { walk(Number(step.dataset.tourStep)); }
    if (event.target.closest('[data-tour-end]')) { end(); }
  });
  box.addEventListener('submit', function (event) { event.preventDefault(); });
  function isLetter(event) {
    return /^[^ ]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey;
  }
  // Heard before the page's own keys: Esc wherever the focus is, the arrows while the tour has it.
  document.addEventListener('keydown', function (event) {
    if (box.hidden || event.isComposing || event.keyCode === 229) { return; }
    const isHere = box.contains(event.target);
    if (event.key === 'Escape') { end(); }
    else if (isHere && event.key === 'ArrowRight') { walk(1); }
    else if (isHere && event.key === 'ArrowLeft') { walk(-1); }
    else {
      // The letter itself goes where the focus was.
      if (isHere && isField(before) && isLetter(event)) { stepAside(); giveBack(); }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener('input', function (event) {
    if (!box.hidden && event.isTrusted) { stepAside(); }
  });
  // What is pointed at moves when the page scrolls or is drawn anew, as parts of the desk are.
  function again() {
    if (box.hidden) { return; }
    if (!shown.isConnected) { shown = visible(steps[at].target) || shown; shown.classList.add('is-toured'); }
    place(shown.getBoundingClientRect());
  }
  window.addEventListener('resize', again);
  window.addEventListener('scroll', again, true);

  function fromLogIn() {
    try { return new URL(document.referrer).pathname === '/login'; } catch (err) { return false; }
  }
  const isAsked = new URLSearchParams(location.search).has('tour');
  const isOver = Boolean(history.state && history.state.toured);
  if (isAsked || (fromLogIn() && !isOver && !document.querySelector('[data-call]'))) {
    // After the page's own scripts have put the focus where they want it.
    window.addEventListener('load', begin);
  }
}());
