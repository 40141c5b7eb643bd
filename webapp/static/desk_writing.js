/* 坐席台 · while a request is written: regions and categories by typing, and what is known beside it. */
(function () {
  'use strict';
  const desk = window.desk;
  const holder = document.getElementById('beside');
  if (!desk || !holder) { return; }
  const form = document.getElementById('reg');
  const WAIT_MS = 600;
  const HEARD = ['title', 'content', 'place', 'region', 'category', 'requester_phone'];
  let timer = 0;
  let asked = 0;
  let last = '';
  let known = '';   // the words that what stands beside the form was said of
  const placed = {};

  // ----- a list under a field -----
  function setUp(input) {
    const list = document.createElement('ul');
    let items = [];
    let at = -1;
    let turn = 0;
    input.removeAttribute('list');
    list.className = 'choose-list';
    list.id = input.id + '-list';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', input.dataset.label);
    list.hidden = true;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-expanded', 'false');
    input.after(list);

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    }
    function mark(place) {
      at = place;
      Array.prototype.forEach.call(list.children, function (row, number) {
        row.setAttribute('aria-selected', String(number === at));
        if (number === at) { row.scrollIntoView({ block: 'nearest' }); }
      });
      if (at >= 0) { input.setAttribute('aria-activedescendant', list.children[at].id); }
    }
    function draw() {
      list.textContent = '';
      items.forEach(function (path, number) {
        const row = document.createElement('li');
        row.id = list.id + '-' + number;
        row.setAttribute('role', 'option');
        row.textContent = path.split('/').join(' / ');
        row.addEventListener('mousedown', function (event) { event.preventDefault(); take(number); });
        list.append(row);
      });
      list.hidden = !items.length;
      input.setAttribute('aria-expanded', String(Boolean(items.length)));
      mark(items.length && input.value ? 0 : -1);
    }
    function take(number) {
      input.value = items[number];
      close();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
      close();
    }
    function look() {
      const mine = turn += 1;
      const query = '?of=' + input.dataset.choose + '&q=' + encodeURIComponent(input.value.trim());
      desk.get(holder.dataset.chooseUrl + query).then(function (answer) {
        if (mine !== turn || document.activeElement !== input) { return; }
        items = answer.items;
        if (items.length === 1 && items[0] === input.value) { items = []; }
        draw();
      }, function () { close(); });
    }
    input.addEventListener('input', function (event) { if (event.isTrusted) { look(); } });
    input.addEventListener('blur', close);
    input.addEventListener('keydown', function (event) {
      if (event.isComposing || event.keyCode === 229) { return; }
      if (event.key === 'ArrowDown' && list.hidden) { event.preventDefault(); look(); return; }
      if (list.hidden) { return; }
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        mark((at + step + items.length) % items.length);
      } else if (event.key === 'Enter' && at >= 0) { take(at); }
      else if (event.key === 'Tab' && at >= 0) { take(at); return; }
      else if (event.key === 'Escape') { close(); }
      else { return; }
      event.preventDefault();
      event.stopPropagation();
    });
  }
  form.querySelectorAll('[data-choose]').forEach(setUp);

  // ----- what is known beside the form -----
  function written() {
    const sent = new FormData(form);
    const chosen = document.querySelector('input[name="repeat"]:checked');
    sent.set('query', document.getElementById('q').value);
    sent.delete('files');
    if (chosen) { sent.set('repeat', chosen.value); }
    return sent;
  }
  function key() {
    const data = new FormData(form);
    return HEARD.map(function (name) { return (data.get(name) || '').trim(); }).join('\n');
  }
  function part(name) { return form.querySelector('[data-part="' + name + '"]'); }
  // What one writes in or points at stays where it is, whatever comes in above it: the browser by
  // itself does so only where something is scrolled already.
  const body = form.querySelector('.rail-body');
  const AREAS = [body, form, document.scrollingElement];
  const HELD_MS = 1500;
  let pointed = null;
  let pointedAt = 0;
  form.addEventListener('pointermove', function (event) {
    // What is about to be written anew can hold nothing in its place.
    pointed = event.target.closest('[data-part]') || event.target === body ? null : event.target;
    pointedAt = Date.now();
  });
  function inHand() {
    if (pointed && Date.now() - pointedAt < HELD_MS) { return pointed; }
    return form.contains(document.activeElement) ? document.activeElement : null;
  }
  // Space at the end of what scrolls; on top of its own, in pixels.
  function leaveRoom(area, more) {
    const end = area === document.scrollingElement ? document.body : area;
    end.style.paddingBottom = '';
    if (more > 0) { end.style.paddingBottom = parseFloat(getComputedStyle(end).paddingBottom) + more + 'px'; }
  }
  // The panel of the form, the form or the page, by the width of the screen and the size of the
  // type; with a screenful of room it scrolls even where all of it was in sight.
  function scroller() {
    return AREAS.find(function (one) {
      if (one !== document.scrollingElement && getComputedStyle(one).overflowY !== 'auto') { return false; }
      leaveRoom(one, one.clientHeight);
      if (one.scrollHeight > one.clientHeight) { return true; }
      leaveRoom(one, 0);
      return false;
    });
  }
  function keep(held, top) {
    const area = scroller();
    AREAS.forEach(function (one) { if (one !== area) { leaveRoom(one, 0); } });
    const spare = area.clientHeight;
    area.scrollTop += held.getBoundingClientRect().top - top;
    leaveRoom(area, area.scrollTop + area.clientHeight - (area.scrollHeight - spare));
  }
  function put(parts) {
    const held = inHand();
    const top = held && held.getBoundingClientRect().top;
    place(parts);
    // After desk_state.js, which shows and hides by what was placed.
    Promise.resolve().then(function () {
      if (held && held.getClientRects().length) { keep(held, top); return; }
      AREAS.forEach(function (one) { leaveRoom(one, 0); });
    });
  }
  function place(parts) {
    Object.keys(parts).forEach(function (name) {
      // The same answer again leaves the lines alone: whoever reads or stands on one stays there.
      if (placed[name] === parts[name]) { return; }
      placed[name] = parts[name];
      const chosen = part(name).querySelector('input:checked');
      part(name).innerHTML = parts[name];
      if (chosen) { choose(part(name), chosen); }
    });
  }
  // What was chosen while the answer was on its way stays chosen, where it is still offered.
  function choose(holds, chosen) {
    holds.querySelectorAll('input').forEach(function (one) {
      if (one.name === chosen.name && one.value === chosen.value) { one.checked = true; }
    });
  }
  // Whatever was asked before is passed over, and nothing waits for it.
  function turn() {
    holder.removeAttribute('aria-busy');
    return asked += 1;
  }
  function look() {
    clearTimeout(timer);
    const now = key();
    if (now === last) { return; }
    last = now;
    const mine = turn();
    if (!now.replace(/\n/g, '') && !desk.call.isLive()) {
      put({ repeats: '', purpose: '', categories: '', units: '' });
      repeats(0);
      return;
    }
    holder.setAttribute('aria-busy', 'true');
    desk.post(holder.dataset.url, written()).then(function (answer) {
      if (mine !== asked) { return; }
      holder.removeAttribute('aria-busy');
      put(answer.parts);
      known = now;
      form.querySelector('[data-beside-said]').textContent = answer.repeats ? '找到 ' + answer.repeats + ' 件可能重复的诉求' : '';
      repeats(answer.repeats);
      sayUnit();
    }, function () {
      last = '';
      if (mine !== asked) { return; }
      holder.removeAttribute('aria-busy');
      drop();
    });
  }
  // One suggestion: that of 承办建议, which says how sure it is; where it has none, the unit whose
  // card answers. Either only while it is said of the words that stand there now.
  function sayUnit() {
    const listed = known === key() && part('units').querySelector('[data-hint-unit]');
    const shown = desk.search.isFresh() && desk.search.current();
    const name = listed ? listed.dataset.hintUnit : (shown && shown.is_close ? shown.unit : '');
    const unsure = listed && listed.hasAttribute('data-unsure');
    form.querySelector('[data-order-unit]').textContent = name ? (unsure ? '可能是 ' : '建议 ') + name : '由派单员确定';
  }
  // The panel for the order is always in sight; that something may be the same is said there, too.
  function repeats(count) { form.querySelector('[data-order-repeat]').hidden = !count; }
  // What was said of other words is no advice for these.
  function drop() {
    put({ purpose: '', categories: '', units: '' });
    sayUnit();
  }
  // What belonged to the settled question goes; what the number brought before stays true.
  function clear() {
    last = '';
    turn();
    drop();
    form.querySelectorAll('input[name="purpose"]').forEach(function (one) { one.checked = false; });
    form.querySelector('[data-order-limit]').textContent = '选了目的才有';
    const none = document.querySelector('input[name="repeat"][value=""]');
    if (none) { none.checked = true; }
  }
  // Never chosen for the agent: a complaint must not leave as what happened to stand first.
  function purposeUnsaid() {
    if (form.querySelector('input[name="purpose"]:checked')) { return null; }
    return { purpose: part('purpose').firstElementChild ? '请先选目的：按 Alt G 选用建议的，或自己选一个' : '请先选目的' };
  }
  function takePurpose() {
    const offer = part('purpose').querySelector('[data-take-purpose]');
    if (!offer) { desk.copy.hint('还没有目的建议：写几句再看，或用鼠标选一个'); return; }
    const chosen = Array.from(form.querySelectorAll('input[name="purpose"]')).find(function (one) { return one.value === offer.dataset.takePurpose; });
    chosen.checked = true;
    chosen.dispatchEvent(new Event('input', { bubbles: true }));
    chosen.dispatchEvent(new Event('change', { bubbles: true }));
  }
  function soon() { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); }
  document.addEventListener('input', function (event) {
    if (event.target.form === form && HEARD.indexOf(event.target.name) >= 0) { soon(); }
    sayUnit();
  });
  // The title follows the box until the agent writes another, without an event of its own.
  document.getElementById('q').addEventListener('input', soon);
  form.addEventListener('click', function (event) {
    if (event.target.closest('[data-take-purpose]')) { takePurpose(); return; }
    const taken = event.target.closest('[data-take]');
    if (!taken) { return; }
    const field = form.elements.namedItem(taken.dataset.take);
    field.value = taken.dataset.value;
    field.dataset.auto = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });
  desk.onRecovered(look);
  const press = holder.querySelector('[data-look]');
  press.addEventListener('click', function (event) { event.preventDefault(); last = ''; look(); });
  desk.writing = {
    sayUnit: sayUnit, look: look, clear: clear, takePurpose: takePurpose, purposeUnsaid: purposeUnsaid };
}());
