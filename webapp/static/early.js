/* Runs before the page is drawn, so that a chosen appearance does not flash. */
(function () {
  'use strict';
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('yd-theme');
    if (theme === 'light' || theme === 'dark') { root.setAttribute('data-theme', theme); }
  } catch (err) { /* storage is closed in private mode: the system's choice holds */ }
}());
