/* 应答 · 回访: the next order and the number by key, satisfaction by digit, copying the message.
   Without it every form still works; reasons are then always shown. */
(function () {
  'use strict';
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  function press(selector) {
    return function () {
      var target = document.querySelector(selector);
      if (!target) { return false; }
      target.click();
      return true;
    };
  }
  window.yingda.key('Alt+N', press('[data-next]'));
  window.yingda.key('Alt+P', press('[data-reveal]'));

  var choices = all('input[data-digit]');
  function chosen() { return choices.filter(function (one) { return one.checked; })[0]; }
  function show() {
    var now = chosen();
    all('[data-when]').forEach(function (part) {
      part.classList.remove('is-later');
      part.hidden = !now || now.value !== part.getAttribute('data-when');
    });
  }
  choices.forEach(function (one) {
    one.addEventListener('change', show);
    window.yingda.key(one.getAttribute('data-digit'), function () { one.checked = true; one.focus(); show(); });
  });
  if (choices.length) { show(); }

  all('[data-copy-from]').forEach(function (button) {
    var area = document.getElementById(button.getAttribute('data-copy-from'));
    var told = document.querySelector('[data-copied]');
    button.hidden = false;
    function done() { told.textContent = '已复制'; }
    button.addEventListener('click', function () {
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(area.value).then(done, oldWay);
      } else {
        oldWay();
      }
    });
    function oldWay() {
      area.select();
      if (document.execCommand('copy')) { done(); }
    }
  });
}());
