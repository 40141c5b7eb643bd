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
    'place', 'content', 'channel', 'line', 'is_confidential', 'continues',
    'no_letter'];
  const TEXTS = ['category', 'title', 'requester_name', 'requester_phone', 'region', 'place', 'content',
    'is_confidential', 'continues', 'no_letter'];
  const SERVER_MS = 700;
  const LONGEST_MS = 12 * 3600 * 1000;
  let timer = 0;
  let paused = false;  // the page is being left for what the server put back
  let version = 0;

  function bar() { return document.querySelector('[data-call]'); }
  function keyOf(call) { return 'desk-draft:' + desk.root.dataset.user + ':' + call; }
  function key() { return keyOf(bar() ? bar().dataset.call : 'new'); }
  function token() { return form.elements.namedItem('token').value; }
  // What is in the form; the words of a settled question are no longer in it.
  function values() {
    const data = new FormData(form);
    const kept = { query: desk.next.isSettled() ? '' : box.value };
    NAMES.forEach(function (name) { if (data.get(name)) { kept[name] = data.get(name); } });
    return kept;
  }
  function tell(sentence) {
    saved.textContent = sentence + ' ' + window.yingda.time();
  }

  function keep(name) {
    window.yingda.remember(name, JSON.stringify({ at: Date.now(), token: token(), values: values() }));
  }
  function changed() {
    if (paused) { return; }
    version += 1;
    keep(key());
    if (!bar()) { tell('已存在本机'); return; }
    clearTimeout(timer);
    timer = setTimeout(flush, SERVER_MS);
  }
  // Resolves to whether the server has everything.
  function flush() {
    clearTimeout(timer);
    const call = bar();
    if (!call || paused || !version) { return Promise.resolve(!hasWords() || !version); }
    const sent = version;
    const name = key();
    // The token names the form: once that is settled, its words are no longer a draft.
    const data = Object.assign({ token: token() }, values());
    return desk.post(call.dataset.draftUrl, data).then(function (answer) {
      const isWhole = Boolean(answer.saved_at) && sent === version;
      if (isWhole) { window.yingda.forget(name); }
      tell(answer.saved_at ? '自动保存' : '已存在本机');
      return isWhole;
    }, function (error) {
      tell(error.kind === 'refused' ? error.message : '已存在本机');
      return false;
    });
  }

  function read(name) {
    let kept = null;
    try { kept = JSON.parse(window.yingda.recall(name) || 'null'); } catch (err) { kept = null; }
    if (kept && kept.values && Date.now() - kept.at <= LONGEST_MS) { return kept; }
    window.yingda.forget(name);
    return null;
  }
  // What is kept on this machine is what the server never heard of, so it is the newest, also where
  // it was deleted. An address that asks a question of its own keeps that.
  function restore() {
    const kept = read(key());
    if (kept) { desk.left.settledAs(kept, key(), function () { put(kept.values); }); }
    desk.left.offerOthers(key());
  }
  function put(kept) {
    const blank = {};
    TEXTS.forEach(function (each) { blank[each] = ''; });
    if (!new URLSearchParams(location.search).has('q')) {
      box.value = kept.query || '';
      form.elements.namedItem('query').value = box.value;
    }
    fill(Object.assign(blank, kept));
    tell('已恢复未提交的内容');
    changed();
    desk.search.run();
    desk.writing.look();
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
    version = 0;
    saved.textContent = '';
  }
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

  desk.draft = {
    values: values, fill: fill, put: put, read: read, flush: flush, restore: restore, settle: settle,
    changed: changed, hasWords: hasWords, key: key, keyOf: keyOf, keep: keep,
    version: function () { return version; },
    forget: function () { window.yingda.forget(key()); paused = true; clearTimeout(timer); }
  };
}());
