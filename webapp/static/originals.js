/* 原件 · keys for turning pages, the marked place in sight, the next page fetched ahead. */
(function () {
  'use strict';
  function follow(rel) {
    const link = document.querySelector('.og-turn a[rel="' + rel + '"]');
    if (!link) { return false; }
    location.assign(link.href);
    return true;
  }
  window.yingda.key('ArrowLeft', function () { return follow('prev'); }, false);
  window.yingda.key('ArrowRight', function () { return follow('next'); }, false);
  const place = document.querySelector('#mark, .passage.is-marked');
  if (place && !location.hash) { place.scrollIntoView({ block: 'center' }); }
  const next = document.querySelector('[data-next-image]');
  window.addEventListener('load', function () {
    if (next) { new Image().src = next.dataset.nextImage; }
  });
}());
