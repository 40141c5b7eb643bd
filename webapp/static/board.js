/* 督办看板: fetches itself again every minute and puts the new figures where the old ones stood.
   Without script the page is as it was sent. */
(function () {
  "use strict";
  var MINUTE = 60 * 1000;

  /* Nothing is exchanged under a reader's hand. */
  function isInUse() {
    var live = document.querySelector("[data-live]");
    return document.hidden
      || live.contains(document.activeElement)
      || live.querySelector("details[open]") !== null
      || String(window.getSelection()) !== "";
  }

  function exchange(page, selector) {
    var now = document.querySelector(selector);
    var next = page.querySelector(selector);
    if (now && next) now.replaceWith(next);
    return Boolean(next);
  }

  function told(isStale) {
    var said = document.querySelector("[data-stale]");
    if (said) said.hidden = !isStale;
  }

  function refresh() {
    if (isInUse()) return;
    fetch(location.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("not the board");
        return answer.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        if (isInUse()) return;
        told(!exchange(page, "[data-live]"));
        exchange(page, ".page-head .sub");
      })
      .catch(function () { told(true); });
  }

  setInterval(refresh, MINUTE);
  document.addEventListener("visibilitychange", refresh);
}());
