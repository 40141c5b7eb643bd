/* 练习 · the seconds, and Alt with a digit chooses a line. */
(function () {
  'use strict';
  const waited = document.querySelector('[data-waited]');
  if (!waited) { return; }
  const began = Date.now() - Number(waited.dataset.waited) * 1000;
  setInterval(function () { waited.textContent = Math.floor((Date.now() - began) / 1000); }, 1000);
  [0, 1, 2, 3, 4, 5, 6].forEach(function (digit) {
    window.yingda.key('Alt+' + digit, function () {
      const line = document.querySelector('[data-pick="' + digit + '"]');
      if (line) { line.click(); }
    }, true);
  });
}());
