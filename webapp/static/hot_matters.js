/* 应答 · 热点事项: deciding by keyboard, and looking again while a period is worked out.
   Without it every form still works. */
(function () {
  'use strict';
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  var rows = all('[data-matter]');
  var told = document.querySelector('[data-keys]');
  if (told && rows.length) { told.hidden = false; }

  function here() { return rows.indexOf(document.activeElement && document.activeElement.closest('[data-matter]')); }
  function go(step) {
    var at = Math.max(0, Math.min(rows.length - 1, here() + step));
    rows[at].focus();
    rows[at].scrollIntoView({ block: 'nearest' });
  }
  function inside(selector) {
    var at = here();
    return at < 0 ? null : rows[at].querySelector(selector);
  }
  var keys = {
    j: function () { go(1); },
    k: function () { go(-1); },
    a: function () { var field = inside('[data-name]'); if (field) { field.focus(); field.select(); } },
    m: function () { var field = inside('[data-into]'); if (field) { field.focus(); } },
    x: function () { var button = inside('[data-dismiss]'); if (button) { button.click(); } },
    u: function () { var button = inside('[data-undo]'); if (button) { button.click(); } },
    Enter: function () { var link = inside('[data-open]'); if (link) { link.click(); } }
  };
  document.addEventListener('keydown', function (event) {
    var active = document.activeElement;
    if (event.ctrlKey || event.metaKey || event.altKey || !rows.length) { return; }
    if (event.key === 'Escape' && active && active.closest('[data-matter]')) { active.closest('[data-matter]').focus(); return; }
    if (active && /^(INPUT|SELECT|TEXTAREA|BUTTON|A|SUMMARY)$/.test(active.tagName)) { return; }
    var act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) { event.preventDefault(); act(); }
  });

  if (document.querySelector('[data-working]')) {
    window.setTimeout(function () {
      if (!document.activeElement || !document.activeElement.closest('[data-matter]')) { window.location.reload(); }
    }, 5000);
  }
})();
