/* 应答 · 工单: Ctrl+Enter submits, counters, and the clocks a dispatch would promise.
   Without it every form still works; the page then shows the clocks as of its loading. */
(function () {
  'use strict';
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  // ----- Ctrl+Enter: the form one is in, or the only main form of the page -----
  function formAt(element) {
    var form = element && element.closest ? element.closest('form[data-submit]') : null;
    if (form) { return form; }
    var main = all('.act form[data-submit]');
    return main.length === 1 ? main[0] : null;
  }
  if (window.yingda) {
    window.yingda.key('Ctrl+Enter', function () {
      var form = formAt(document.activeElement);
      if (!form) { return false; }
      form.querySelector('button[type="submit"], button:not([type])').click();
      return true;
    }, true);
    window.yingda.key('/', function () {
      var box = document.querySelector('[data-slash]');
      if (!box) { return false; }
      box.focus();
      return true;
    });
  }

  // ----- counters -----
  all('textarea[data-count]').forEach(function (area) {
    var told = document.getElementById(area.getAttribute('data-count'));
    function count() { if (told) { told.textContent = area.value.trim().length + ' 字'; } }
    area.addEventListener('input', count);
    count();
  });

  // ----- dispatch: pick a suggestion, see what would be promised -----
  var unit = document.querySelector('input[data-preview]');
  var box = document.querySelector('[data-preview-box]');
  function put(selector, text) {
    var place = box.querySelector(selector);
    if (place) { place.textContent = text; }
  }
  function warn(text) {
    var place = box.querySelector('[data-preview-warning]');
    place.hidden = !text;
    place.querySelector('span').textContent = text;
  }
  var asked = 0;
  function look() {
    var name = unit.value.trim(), mine = ++asked;
    warn('');
    if (!name) { put('[data-preview-note]', ''); return; }
    fetch(unit.getAttribute('data-preview') + '?unit=' + encodeURIComponent(name), {
      headers: { Accept: 'application/json' }, credentials: 'same-origin'
    }).then(function (answer) {
      return answer.json();
    }).then(function (found) {
      if (mine !== asked) { return; }
      if (found.error) { put('[data-preview-note]', found.error.message); return; }
      warn(found.warning);
      window.yingda.mended(unit);
      put('[data-ack]', found.acknowledge_due);
      put('[data-due]', found.resolve_due);
      put('[data-preview-note]', '将派给 ' + found.unit + (found.is_promised ? '，沿用已经承诺的办结时间。' : '。') + (found.duty || ''));
    }).catch(function () {
      if (mine === asked) { put('[data-preview-note]', '暂时算不出时限，派出时由系统按当时时刻计算。'); }
    });
  }
  if (unit && box) {
    var timer, basis = unit.form.querySelector('[name="basis"]'), picked = { unit: '', basis: '' };
    // A basis that came with a suggestion goes with it: it is not another unit's.
    function follow(name, text) {
      if (basis && (!basis.value || basis.value === picked.basis)) {
        basis.value = text;
        picked = { unit: name, basis: text };
      }
    }
    unit.addEventListener('input', function () {
      if (picked.basis && unit.value.trim() !== picked.unit) { follow('', ''); }
      clearTimeout(timer); timer = setTimeout(look, 250);
    });
    all('[data-pick]').forEach(function (link) {
      link.addEventListener('click', function (event) {
        event.preventDefault();
        unit.value = link.getAttribute('data-pick');
        follow(unit.value, link.getAttribute('data-basis') || '');
        look();
        unit.focus();
      });
    });
    all('[data-pick-other]').forEach(function (link) {
      link.addEventListener('click', function (event) {
        var name = link.getAttribute('data-pick-other');
        var boxes = Array.prototype.slice.call(unit.form.querySelectorAll('[data-other]'));
        var free = boxes.filter(function (box) { return !box.value.trim() || box.value === name; })[0];
        if (!free) { return; }
        event.preventDefault();
        free.value = name;
        free.closest('details').open = true;
        free.focus();
      });
    });
    if (unit.value) { look(); }
  }

  var refusal = document.getElementById('refusal');
  if (refusal) { refusal.focus(); }
}());
