/* 坐席台 · the card that lies open: asked for with the state of the page, so that what was published
   meanwhile is seen before it is said. A card of an earlier day says what held then and stays. */
(function () {
  'use strict';
  const desk = window.desk;
  const card = document.getElementById('card');
  if (!desk || !card) { return; }
  const EVERY_MS = 15000;

  function watched() {
    const answer = desk.search.answer();
    const shown = desk.search.current();
    return answer && !answer.is_past && shown && !shown.turned ? shown : null;
  }
  function ask() {
    const shown = watched();
    if (!shown || document.hidden || desk.next.isSettled()) { return; }
    const address = desk.root.dataset.stateUrl + '?item_id=' + shown.item_id + '&version=' + shown.version;
    desk.get(address).then(function (state) { draw(state.shown); }, function () { /* the banner says it */ });
  }
  function draw(state) {
    const shown = watched();
    if (!shown || !state || state.holds || !desk.search.isSame(shown, state)) { return; }
    shown.turned = true;
    shown.can_adopt = false;
    shown.refusal = state.sentence;
    desk.search.patch('[data-standing]', state.fragments.badge);
    desk.search.patch('[data-turned]', state.fragments.note);
    desk.search.patch('[data-adopt-holder]', '<button class="btn" type="button" disabled>' + '采纳' + '</button>');
    const hit = document.querySelector('#hits [aria-selected="true"] [data-standing]');
    if (hit) { hit.innerHTML = state.fragments.badge; }
  }
  card.addEventListener('click', function (event) {
    if (event.target.closest('[data-search-again]')) { desk.search.run(); }
  });
  setInterval(ask, EVERY_MS);
  document.addEventListener('visibilitychange', ask);
  window.addEventListener('focus', ask);
  desk.shown = { ask: ask };
}());
