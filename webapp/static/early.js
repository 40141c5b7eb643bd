/* Runs before the page is drawn: a chosen appearance does not flash, and nothing jumps when what
   is only for browsers without scripts (.without-script) gives way to what needs them. */
(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('has-script');
  try {
    var theme = localStorage.getItem('yd-theme');
    if (theme === 'light' || theme === 'dark') { root.setAttribute('data-theme', theme); }
  } catch (err) { /* storage is closed in private mode: the system's choice holds */ }
}());
