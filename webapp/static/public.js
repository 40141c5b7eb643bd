/* 应答 · 公众页面: copying the address and printing. Everything else works without this file. */
(function () {
  'use strict';
  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }
  var said = document.querySelector('[data-copy-said]');
  function tell(sentence) { if (said) { said.textContent = sentence; } }
  // Old browsers and plain http have no clipboard: select the text in a field and copy it.
  function copyByHand(text) {
    var field = document.createElement('textarea');
    field.value = text;
    field.setAttribute('readonly', '');
    field.className = 'visually-hidden';
    document.body.appendChild(field);
    field.select();
    var done = false;
    try { done = document.execCommand('copy'); } catch (err) { done = false; }
    field.remove();
    return done;
  }
  each('[data-copy-link]', function (button) {
    button.hidden = false;
    button.addEventListener('click', function () {
      var link = button.getAttribute('data-copy-link');
      function good() { tell('链接已复制，可以粘贴到短信或微信里。'); }
      function byHand() {
        if (copyByHand(link)) { good(); } else { tell('没能复制，请手动选中下面的网址。'); }
        button.focus();
      }
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(link).then(good, byHand);
      } else {
        byHand();
      }
    });
  });
  // “/” goes to the search box, outside fields.
  if (window.yingda) {
    window.yingda.key('/', function () {
      var box = document.getElementById('q');
      if (box) { box.focus(); box.select(); }
    });
  }
}());
