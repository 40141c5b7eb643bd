/* 应答 · 检索实验室: grading by keyboard, a box that follows its checkbox, a page that waits. */
(function () {
  'use strict';
  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }
  var form = document.querySelector('[data-grading]');
  var box = document.querySelector('[data-box]');

  // ----- the settings to try open with their checkbox; typing one ticks it -----
  all('[data-compare]').forEach(function (tick) {
    var more = tick.closest('form').querySelector('[data-compared]');
    tick.addEventListener('change', function () { more.hidden = !tick.checked; });
    all('.lab-weights input', more).forEach(function (input) {
      input.addEventListener('input', function () { tick.checked = true; });
    });
  });

  // ----- ↑ ↓ choose a result, 0–3 grade it -----
  function typing() {
    var at = document.activeElement;
    return /^(TEXTAREA|SELECT)$/.test(at.tagName) || (at.tagName === 'INPUT' && at.type !== 'radio' && at.type !== 'checkbox');
  }
  function rows() { return all('[data-grade-row]', form); }
  function current() {
    var row = document.activeElement.closest ? document.activeElement.closest('[data-grade-row]') : null;
    return rows().indexOf(row);
  }
  function choose(place) {
    var list = rows();
    if (!list.length) { return; }
    list[Math.max(0, Math.min(place, list.length - 1))].focus();
  }
  document.addEventListener('keydown', function (event) {
    if (!form || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (typing() && !(event.target === box && event.key === 'ArrowDown')) { return; }
    if (document.querySelector('dialog[open]')) { return; }
    var at = current();
    if (event.key === 'ArrowDown') { choose(at + 1); event.preventDefault(); }
    else if (event.key === 'ArrowUp' && at >= 0) {
      if (at === 0) { box.focus(); } else { choose(at - 1); }
      event.preventDefault();
    } else if (/^[0-3]$/.test(event.key) && at >= 0) {
      var choice = rows()[at].querySelector('input[type="radio"][value="' + event.key + '"]');
      choice.checked = true;
      choice.dispatchEvent(new Event('change', { bubbles: true }));
      event.preventDefault();
    }
  });
  if (window.yingda) {
    window.yingda.key('/', function () { box.focus(); box.select(); });
    window.yingda.key('S', function () {
      if (!form) { return false; }
      form.requestSubmit();
    });
  }

  // ----- a run in the background: follow it, then show it -----
  all('[data-waiting]').forEach(function (waiting) {
    var told = waiting.querySelector('[data-progress]'), shown = waiting.querySelector('progress');
    function look() {
      fetch(waiting.getAttribute('data-waiting'), { headers: { Accept: 'application/json' } })
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
        .then(function (run) {
          if (run.state === 'done' || run.state === 'failed') { location.reload(); return; }
          told.textContent = run.done + ' / ' + run.total;
          shown.value = run.done;
          setTimeout(look, 1000);
        })
        .catch(function () { setTimeout(look, 5000); });
    }
    setTimeout(look, 1000);
  });
}());
