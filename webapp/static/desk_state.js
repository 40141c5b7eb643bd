/* 坐席台 · what it shows now, as classes of the page: the style goes by them, for the browsers of
   older offices know no :has(). */
(function () {
  'use strict';
  if (!document.getElementById('desk')) { return; }
  const SHOWN = {
    'has-banner': '#banner:not([hidden])',
    'has-guidance': '#guidance .guidance',
    'has-bar': '#card .is-told, #card .acts-done, #card .acts-bad',
    'has-hits': '#hits .hit',
    'has-card': '#card [data-adopt-holder]',
    'has-words': '#card [data-script]',
    'has-call': '#call-bar [data-end]',
    'has-repeats': '#repeats h3',
    'has-purpose': '#reg input[name="purpose"]:checked'
  };

  function mark() {
    Object.keys(SHOWN).forEach(function (name) {
      document.documentElement.classList.toggle(name, Boolean(document.querySelector(SHOWN[name])));
    });
  }
  new MutationObserver(mark).observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ['class', 'hidden']
  });
  document.addEventListener('change', mark);
  mark();
}());
