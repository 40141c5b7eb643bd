/* 应答 · one tick for all rows of a page: <input data-check-all="name of their boxes">. */
(function () {
  'use strict';
  function all(selector) { return Array.from(document.querySelectorAll(selector)); }
  all('[data-check-all]').forEach(function (box) {
    box.addEventListener('change', function () {
      all('input[name="' + box.getAttribute('data-check-all') + '"]').forEach(function (one) { one.checked = box.checked; });
    });
  });
}());
