/* 应答 · 答复模板: fills an outline in at the cursor, without the page being asked for again.
   Without it the button sends the form and the page comes back with the outline filled in. */
(function () {
  'use strict';
  var button = document.querySelector('button[name="action"][value="outline"]');
  var chosen = document.getElementById('f-outline');
  var area = button && button.form.querySelector('textarea[name="text"]');
  if (!area || !chosen) { return; }
  button.addEventListener('click', function (event) {
    var kept = document.getElementById('outline-' + chosen.selectedIndex);
    if (!kept) { return; }
    event.preventDefault();
    var text = kept.content.textContent, at = area.selectionEnd;
    var before = area.value.slice(0, at), after = area.value.slice(at);
    var parted = before.trim() ? before.replace(/\s+$/, '') + '\n\n' : '';
    area.value = parted + text + (after.trim() ? '\n\n' + after.replace(/^\s+/, '') : '');
    area.dispatchEvent(new Event('input', { bubbles: true }));
    area.focus();
    var blank = area.value.indexOf('【请填：');
    if (blank >= 0) { area.setSelectionRange(blank, area.value.indexOf('】', blank) + 1); }
  });
}());
