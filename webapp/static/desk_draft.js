/* 坐席台 · nothing typed is lost: on this machine at once, on the server a moment later.
   The local copy goes as soon as the server has it, for it may hold a caller's name. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const form = document.getElementById('reg');
  const box = document.getElementById('q');
  const saved = form.querySelector('[data-saved]');
  const NAMES = ['purpose', 'category', 'title', 'requester_name', 'requester_phone', 'region',
    'place', 'content', 'channel', 'line', 'is_confidential', 'continues'];
  const TEXTS = ['category', 'title', 'requester_name', 'requester_phone', 'region', 'place', 'content',
    'is_confidential', 'continues'];
  const SERVER_MS = 700;
  const LONGEST_MS = 12 * 3600 * 1000;
  let timer = 0;
  let paused = false;
  let version = 0;

  function bar() { return document.querySelector('[data-call]'); }
  function key() {
    const call = bar();
    return 'desk-draft:' + desk.root.dataset.user + ':' + (call ? call.dataset.call : 'new');
  }
  function values() {
    const data = new FormData(form);
    const kept = { query: box.value };
    NAMES.forEach(function (name) { if (data.get(name)) { kept[name] = data.get(name); } });
    return kept;
  }
  function tell(sentence) {
    saved.textContent = sentence + ' ' + window.yingda.time();
  }

  function changed() {
    if (paused) { return; }
    version += 1;
    window.yingda.remember(key(), JSON.stringify({ at: Date.now(), values: values() }));
    if (!bar()) { tell('已存在本机'); return; }
    clearTimeout(timer);
    timer = setTimeout(flush, SERVER_MS);
  }
  function flush() {
    clearTimeout(timer);
    const call = bar();
    if (!call || paused || !version) { return Promise.resolve(); }
    const sent = version;
    const name = key();
    // The token names the form: once that is settled, its words are no longer a draft.
    const data = Object.assign({ token: form.elements.namedItem('token').value }, values());
    return desk.post(call.dataset.draftUrl, data).then(function (answer) {
      if (answer.saved_at && sent === version) { window.yingda.forget(name); }
      if (!paused) { tell(answer.saved_at ? '自动保存' : '已存在本机'); }
    }, function () { if (!paused) { tell('已存在本机'); } });
  }

  // What is kept on this machine is what the server never heard of, so it is the newest, also where
  // it was deleted. An address that asks a question of its own keeps that.
  function restore() {
    const name = key();
    let kept = null;
    try { kept = JSON.parse(window.yingda.recall(name) || 'null'); } catch (err) { kept = null; }
    if (!kept || !kept.values || Date.now() - kept.at > LONGEST_MS) { window.yingda.forget(name); return; }
    const blank = {};
    TEXTS.forEach(function (each) { blank[each] = ''; });
    fill(Object.assign(blank, kept.values));
    if (!new URLSearchParams(location.search).has('q')) { box.value = kept.values.query || ''; }
    tell('已恢复未提交的内容');
    changed();
  }
  function fill(kept) {
    NAMES.forEach(function (name) {
      const field = form.elements.namedItem(name);
      if (name === 'continues' && kept[name] !== undefined) { desk.next.goOnWith(kept[name]); return; }
      if (!field || kept[name] === undefined) { return; }
      if (field.type === 'checkbox') { field.checked = Boolean(kept[name]); } else { field.value = kept[name]; }
    });
  }
  // A settled question is no draft any more.
  function settle() {
    clearTimeout(timer);
    window.yingda.forget(key());
    paused = true;
    version = 0;
    saved.textContent = '';
  }
  function resume() { paused = false; }
  function hasWords() {
    const now = values();
    return Boolean(now.query || now.title || now.content || now.place);
  }

  // The fields of the call bar belong to the form, so they are heard on the document.
  document.addEventListener('input', function (event) {
    if (event.target === box || event.target.form === form) { changed(); }
  });
  window.addEventListener('pagehide', function () { if (version && !paused) { flush(); } });
  desk.onRecovered(flush);

  desk.draft = { values: values, fill: fill, flush: flush, restore: restore, settle: settle, resume: resume,
    changed: changed, hasWords: hasWords,
    forget: function () { window.yingda.forget(key()); paused = true; clearTimeout(timer); } };
}());
