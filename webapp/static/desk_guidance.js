/* 坐席台 · 统一口径: asked for every half minute, gone when the agent has taken note. */
(function () {
  'use strict';
  const desk = window.desk;
  const holder = document.getElementById('guidance');
  if (!desk || !holder) { return; }
  const EVERY_MS = 30000;
  let shown = ids();

  function ids() {
    const form = holder.querySelector('[data-guidance]');
    return form ? form.dataset.guidance : '';
  }
  function draw(answer) {
    const newest = answer.ids.length ? String(answer.ids[0]) : '';
    if (newest === shown) { return; }
    shown = newest;
    holder.innerHTML = answer.html;
  }
  function ask() {
    if (document.hidden) { return; }
    desk.get(holder.dataset.url).then(draw, function () { /* the banner of the desk says it */ });
  }
  function acknowledge() {
    const form = holder.querySelector('[data-guidance]');
    if (!form) { return; }
    desk.post(form.action, {}).then(draw, function (error) {
      if (error.message) { desk.copy.hint(error.message); }
    });
  }
  holder.addEventListener('submit', function (event) {
    event.preventDefault();
    acknowledge();
    document.getElementById('q').focus();
  });
  setInterval(ask, EVERY_MS);
  document.addEventListener('visibilitychange', ask);
  desk.guidance = { acknowledge: acknowledge };
}());
