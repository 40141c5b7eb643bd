/* 应答 · 公众页面: 联想 under the search box. ↑ ↓ choose, Enter searches, Esc closes. */
(function () {
  'use strict';
  var box = document.getElementById('q');
  var form = box && box.form;
  var address = form && form.getAttribute('data-suggest');
  if (!address || !window.fetch) { return; }
  var WAIT_MS = 150;
  var list = document.createElement('ul');
  var timer = 0;
  var asked = 0;
  var chosen = -1;
  var typed = '';
  list.id = 'suggest';
  list.className = 'psuggest';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', '联想');
  form.appendChild(list);
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-expanded', 'false');
  box.setAttribute('aria-controls', list.id);

  function close() {
    clearTimeout(timer);
    asked += 1;
    chosen = -1;
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
  }
  function ask() {
    var words = box.value.trim();
    var mine = asked += 1;
    if (!words) { close(); return; }
    fetch(address + '?q=' + encodeURIComponent(words.slice(0, 60))).then(function (answer) {
      return answer.ok ? answer.json() : { items: [] };
    }).then(function (body) {
      if (mine === asked && document.activeElement === box) { draw(body.items); }
    }).catch(function () { /* no lines */ });
  }
  function draw(items) {
    var kept = asked;
    close();
    asked = kept;
    typed = box.value;
    list.textContent = '';
    items.forEach(function (item, index) {
      var line = document.createElement('li');
      line.id = 'suggest-' + (index + 1);
      line.setAttribute('role', 'option');
      line.setAttribute('aria-selected', 'false');
      line.textContent = item.text;
      list.appendChild(line);
    });
    list.hidden = !items.length;
    box.setAttribute('aria-expanded', String(!list.hidden));
  }
  function choose(index) {
    var lines = list.children;
    clearTimeout(timer);
    asked += 1; // an answer still on its way must not undo the choice
    chosen = (index + 1 + lines.length + 1) % (lines.length + 1) - 1;
    Array.prototype.forEach.call(lines, function (line, at) {
      line.setAttribute('aria-selected', String(at === chosen));
    });
    box.value = chosen < 0 ? typed : lines[chosen].textContent;
    if (chosen < 0) { box.removeAttribute('aria-activedescendant'); } else { box.setAttribute('aria-activedescendant', lines[chosen].id); }
  }
  box.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  box.addEventListener('keydown', function (event) {
    if (event.isComposing || event.keyCode === 229 || list.hidden) { return; }
    if (event.key === 'ArrowDown') { choose(chosen + 1); event.preventDefault(); }
    if (event.key === 'ArrowUp') { choose(chosen - 1); event.preventDefault(); }
    if (event.key === 'Escape') { if (chosen >= 0) { choose(-1); } close(); event.preventDefault(); }
  });
  box.addEventListener('blur', close);
  list.addEventListener('mousedown', function (event) {
    var line = event.target.closest('li');
    event.preventDefault();
    if (line) { box.value = line.textContent; form.submit(); }
  });
}());
