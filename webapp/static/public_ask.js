/* 应答 · 在线提交诉求: what is being written outlives another page and a reload. It is kept for this
   tab alone and half an hour, without who writes, for the machine may be everybody's; and goes once
   the request is received. */
(function () {
  'use strict';
  var KEY = 'yd-ask';
  var LONGEST_MS = 30 * 60 * 1000;
  var OF_PERSON = ['requester_name', 'requester_phone'];
  var form = document.querySelector('[data-keep]');
  function kept() {
    try {
      var found = JSON.parse(sessionStorage.getItem(KEY)) || {};
      return Date.now() - found.at <= LONGEST_MS ? found : {};
    } catch (err) { return {}; }
  }
  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (err) { /* private mode: nothing was kept */ }
  }
  if (!form) { forget(); return; }
  var fields = Array.prototype.filter.call(form.elements, function (field) { return field.name && field.type !== 'hidden' && OF_PERSON.indexOf(field.name) < 0; });
  var isPick = function (field) { return field.type === 'radio' || field.type === 'checkbox'; };
  var name = function (field) { return field.name + (field.type === 'radio' ? ':' + field.value : ''); };
  var served = form.elements.namedItem('title').defaultValue;
  var before = kept();
  // Words brought from another search are another matter.
  if (!before.values || (served && served !== before.served)) { before = { values: {} }; }
  fields.forEach(function (field) {
    if (!(name(field) in before.values)) { return; }
    if (isPick(field)) { field.checked = before.values[name(field)]; } else { field.value = before.values[name(field)]; }
  });
  function keep() {
    var values = {};
    fields.forEach(function (field) { values[name(field)] = isPick(field) ? field.checked : field.value; });
    try { sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), served: served, values: values })); } catch (err) { /* private mode */ }
  }
  form.addEventListener('input', keep);
  form.addEventListener('change', keep);
}());
