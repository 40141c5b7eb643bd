/* 应答 · 在线提交诉求: what is being written outlives another page and a reload. It is kept for this
   tab alone, for the machine may be everybody's, and goes once the request is received. */
(function () {
  'use strict';
  var KEY = 'yd-ask';
  var form = document.querySelector('[data-keep]');
  function kept() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch (err) { return {}; }
  }
  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (err) { /* private mode: nothing was kept */ }
  }
  if (!form) { forget(); return; }
  var fields = Array.prototype.filter.call(form.elements, function (field) { return field.name && field.type !== 'hidden'; });
  var isPick = function (field) { return field.type === 'radio' || field.type === 'checkbox'; };
  var name = function (field) { return field.name + (field.type === 'radio' ? ':' + field.value : ''); };
  var served = form.elements.namedItem('title').defaultValue;
  var before = kept();
  fields.forEach(function (field) {
    if (!before.values || !(name(field) in before.values)) { return; }
    // Words brought from another search are a title that was chosen since.
    if (field.name === 'title' && served && served !== before.served) { return; }
    if (isPick(field)) { field.checked = before.values[name(field)]; } else { field.value = before.values[name(field)]; }
  });
  function keep() {
    var values = {};
    fields.forEach(function (field) { values[name(field)] = isPick(field) ? field.checked : field.value; });
    try { sessionStorage.setItem(KEY, JSON.stringify({ served: served, values: values })); } catch (err) { /* private mode */ }
  }
  form.addEventListener('input', keep);
  form.addEventListener('change', keep);
}());
